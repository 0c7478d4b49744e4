import type { Paused, RunContext } from "../contract.ts";
import { bestOf } from "./best-of.ts";
import type { Input } from "./input.ts";
import type { Output } from "./output.ts";
import { score } from "./score.ts";
import { study } from "./study/run.ts";
import { train } from "./train.ts";

/** Runs the task that the input names. */
export async function run(input: Input, ctx: RunContext): Promise<Output | Paused> {
  switch (input.task) {
    case "train":
      return train(input, ctx);
    case "score":
      return score(input, ctx);
    case "best-of":
      return bestOf(input, ctx);
    case "study":
      return study(input, ctx);
  }
}
