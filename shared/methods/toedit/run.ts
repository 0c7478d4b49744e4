import type { Paused, RunContext } from "../contract.ts";
import { analyse } from "./analyse.ts";
import { collapse } from "./collapse.ts";
import { edit } from "./edit.ts";
import type { Input } from "./input.ts";
import type { Output } from "./output.ts";
import { theory } from "./theory-run.ts";

/** Runs the task that the input names. */
export async function run(input: Input, ctx: RunContext): Promise<Output | Paused> {
  switch (input.task) {
    case "edit":
      return edit(input, ctx);
    case "analyse":
      return analyse(input, ctx);
    case "collapse":
      return collapse(input, ctx);
    case "theory":
      return theory(input, ctx);
  }
}
