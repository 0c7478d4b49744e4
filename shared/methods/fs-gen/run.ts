import type { Paused, RunContext } from "../contract.ts";
import { compare } from "./compare.ts";
import { generate } from "./generate.ts";
import type { Input } from "./input.ts";
import type { Output } from "./output.ts";
import { study } from "./study.ts";

/** Runs the task that the input names. */
export async function run(input: Input, ctx: RunContext): Promise<Output | Paused> {
  switch (input.task) {
    case "generate":
      return generate(input, ctx);
    case "compare":
      return compare(input, ctx);
    case "study":
      return study(input, ctx);
  }
}
