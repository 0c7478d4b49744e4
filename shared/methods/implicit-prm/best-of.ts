import type { Paused, RunContext } from "../contract.ts";
import { bestOfReport } from "./best-of-report.ts";
import { chooseAmong, sizesFor } from "./choosing.ts";
import { processFigures } from "./figures.ts";
import { choiceFindings } from "./findings.ts";
import type { BestOfInput } from "./input.ts";
import type { BestOfOutput } from "./output.ts";
import { loadPair, rewardByPair } from "./pair.ts";
import { readResponses } from "./responses.ts";

/** Chooses among the responses of each prompt, and holds the choices to the labels. */
export async function bestOf(input: BestOfInput, ctx: RunContext): Promise<BestOfOutput | Paused> {
  const pair = await loadPair(input, ctx);
  const content = await ctx.dataset(input.dataset);
  const read = await readResponses(content, pair.model, { ...input, field: "dataset", least: 2 });
  const sizes = sizesFor(read.responses, input.sizes);
  if (sizes.length === 0) throw new Error("dataset: a prompt has fewer than two responses to choose from");
  const rewarded = await rewardByPair(pair, read.responses, input.beta, ctx);
  if (rewarded === "out of time") return ctx.pause();
  const choices = chooseAmong(rewarded, { sizes, draws: input.draws, seed: ctx.seed });
  const output: BestOfOutput = {
    task: "best-of",
    process: processFigures(rewarded, undefined),
    ...choices,
    leftOut: read.leftOut,
    findings: choiceFindings(choices.bestOfN),
  };
  const run = { runId: ctx.runId, seed: ctx.seed };
  const files = bestOfReport({ run, input, output, rewarded, dataset: content.name });
  for (const { name, body, type } of files) await ctx.artifact(name, body, type);
  return output;
}
