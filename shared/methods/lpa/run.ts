import type { Paused, RunContext } from "../contract.ts";
import { compare } from "./compare.ts";
import { convert } from "./convert.ts";
import type { Input } from "./input.ts";
import type { Output } from "./output.ts";

/** Runs the task that the input names. */
export async function run(input: Input, ctx: RunContext): Promise<Output | Paused> {
  switch (input.task) {
    case "compare":
      return compare(input, ctx);
    case "convert":
      return convert(input, ctx);
  }
}
