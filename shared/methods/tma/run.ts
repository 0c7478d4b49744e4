import type { Paused, RunContext } from "../contract.ts";
import { arrange } from "./arrange.ts";
import type { Input } from "./input.ts";
import type { Output } from "./output.ts";
import { study } from "./study/study.ts";

/** Runs the task that the input names. */
export async function run(input: Input, ctx: RunContext): Promise<Output | Paused> {
  switch (input.task) {
    case "arrange":
      return arrange(input, ctx);
    case "study":
      return study(input, ctx);
  }
}
