import { encodeExample, lengthOf } from "../../lm/fine-tuning/example.ts";
import type { LanguageModel } from "../../lm/stored-model.ts";
import type { Paused, RunContext } from "../contract.ts";
import { shownSteps, thresholdOn } from "./figures.ts";
import type { ScoreInput } from "./input.ts";
import type { ScoreOutput } from "./output.ts";
import { loadPair, rewardByPair } from "./pair.ts";
import { type Response, readResponses } from "./responses.ts";
import { aggregate, firstBelow, smallestStep } from "./rewards.ts";
import { scoreReport } from "./score-report.ts";
import { createSplitter } from "./steps.ts";

/** Rewards the steps of one response. */
export async function score(input: ScoreInput, ctx: RunContext): Promise<ScoreOutput | Paused> {
  const pair = await loadPair(input, ctx);
  const own = responseOf(input, pair.model);
  const development = await readDevelopment(input, pair.model, ctx);
  const rewarded = await rewardByPair(pair, [own, ...development], input.beta, ctx);
  if (rewarded === "out of time") return ctx.pause();
  const [mine, ...others] = rewarded;
  if (mine === undefined) throw new Error("a response was not scored");
  const fitted = thresholdOn(others, "min");
  if (input.development !== undefined && fitted === undefined) {
    throw new Error("development: all its responses are right, or all are wrong; a threshold needs both");
  }
  const threshold = input.threshold ?? fitted?.threshold;
  const output: ScoreOutput = {
    task: "score",
    steps: shownSteps(mine),
    outcome: aggregate(mine.steps, "sum"),
    lowest: smallestStep(mine.steps),
    firstSuspect: threshold === undefined ? null : (firstBelow(mine.steps, threshold) ?? null),
    threshold: threshold ?? null,
    development:
      fitted === undefined ? null : { responses: others.length, balancedAccuracy: fitted.balancedAccuracy },
  };
  const run = { runId: ctx.runId, seed: ctx.seed };
  const files = scoreReport({ run, input, output, rewarded: mine, decode: pair.model.tokenizer.decode });
  for (const { name, body, type } of files) await ctx.artifact(name, body, type);
  return output;
}

function responseOf(
  { prompt, response, separator, splitter, maxTokens }: ScoreInput,
  model: LanguageModel,
): Response {
  const promptText = prompt + separator;
  const example = encodeExample(model, promptText, response);
  if (lengthOf(example) > maxTokens) {
    throw new Error(
      `maxTokens: the prompt and the response have ${lengthOf(example)} tokens, over ${maxTokens}`,
    );
  }
  const steps = createSplitter(splitter)(response);
  return { ...example, problem: 0, promptText, text: response, right: false, answer: null, steps };
}

async function readDevelopment(
  input: ScoreInput,
  model: LanguageModel,
  ctx: RunContext,
): Promise<readonly Response[]> {
  if (input.development === undefined) return [];
  const content = await ctx.dataset(input.development);
  const read = await readResponses(content, model, { ...input, field: "development", least: 2 });
  return read.responses;
}
