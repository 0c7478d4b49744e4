import type { Paused, RunContext } from "../contract.ts";
import type { Input } from "./input.ts";
import { metaEvaluate } from "./meta-evaluate.ts";
import type { Output } from "./output.ts";
import { rank } from "./rank.ts";
import { score } from "./score.ts";

/** Runs the task that the input names. */
export async function run(input: Input, ctx: RunContext): Promise<Output | Paused> {
  switch (input.task) {
    case "meta-evaluate":
      return metaEvaluate(input, ctx);
    case "score":
      return score(input, ctx);
    case "rank":
      return rank(input, ctx);
  }
}
