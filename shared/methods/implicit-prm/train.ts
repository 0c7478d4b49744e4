import { type LanguageModel, modelFiles } from "../../lm/stored-model.ts";
import { checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { checkAdapter, leaveAdapters, tunedWeights } from "./adapters.ts";
import { sizesFor } from "./choosing.ts";
import { evaluate } from "./evaluate.ts";
import { trainFindings } from "./findings.ts";
import type { TrainInput } from "./input.ts";
import { labelFinding } from "./labels-say.ts";
import { arithmeticMaterial, preferencesMaterial } from "./material.ts";
import type { TrainOutput } from "./output.ts";
import { mismatchedExamples, outcomeExamples, requireExamples, trainReward } from "./reward-training.ts";
import { rewardAll } from "./scoring.ts";
import { rewardSettings } from "./settings.ts";
import { type Parts, splitProblems } from "./split.ts";
import { trainReport } from "./train-report.ts";
import { logProbabilities, nothingDone, trained, untilCut, type Work, workState } from "./work.ts";

/** Shares of the bar at which the parts end. */
const shares = {
  policy: 0.4,
  rollouts: 0.6,
  reference: 0.65,
  reward: 0.9,
  policyScores: 0.95,
  evaluation: 1,
};

/** Trains a reward model on labels of whole responses, and measures it on responses held out. */
export async function train(input: TrainInput, ctx: RunContext): Promise<TrainOutput | Paused> {
  const state = (await ctx.checkpoint.load(workState)) ?? nothingDone;
  const pace = checkpointPace(ctx);
  return untilCut(ctx, () => run(input, { ctx, pace, seed: ctx.seed, state, stateWith: (now) => now }));
}

async function run(input: TrainInput, work: Work): Promise<TrainOutput> {
  const { ctx } = work;
  const { data, beta } = input;
  const { base, read, name } =
    data.from === "arithmetic"
      ? await arithmeticMaterial(work, data, {
          policy: [0, shares.policy],
          rollouts: [shares.policy, shares.rollouts],
        })
      : await preferencesMaterial(ctx, data);
  checkAdapter(base.config, input.training.adapter);
  const parts = splitProblems(data, read);
  const sizes = sizesFor(parts.heldOut, input.sizes);
  const trainedRight = parts.training.filter(({ right }) => right).length / parts.training.length;
  const reward = await rewardModel(work, input, base, parts.training);
  const measured = [...parts.development, ...parts.heldOut];
  const scores = (name: string, model: LanguageModel, from: number, to: number) =>
    logProbabilities(work, { name, bar: [from, to] }, measured, model);
  const policy = await scores("policy", reward.model, shares.reward, shares.policyScores);
  const reference = await scores("reference", base, shares.policyScores, shares.evaluation);
  const rewarded = rewardAll(measured, policy, reference, beta, base);
  const figures = evaluate(
    rewarded.slice(parts.development.length),
    rewarded.slice(0, parts.development.length),
    { sizes, draws: input.draws, seed: ctx.seed },
  );
  const saved =
    data.from === "arithmetic" ? await ctx.saveModel("arithmetic-policy", modelFiles(base)) : null;
  const model = await ctx.saveModel(`reward-model-${input.loss}`, modelFiles(reward.model));
  const before = data.from === "preferences" ? data.model : saved;
  await leaveAdapters(ctx, base.config, input.training.adapter, reward.tuning, before);
  const output: TrainOutput = {
    ...{ task: "train", loss: input.loss, model, policy: saved, trainedOn: reward.examples },
    ...{ trainedRight, ...figures.output, leftOut: read.leftOut },
    findings: [labelFinding([trainedRight], data.from), ...trainFindings(figures.output)],
  };
  const files = trainReport({
    run: { runId: ctx.runId, seed: ctx.seed },
    ...{ input, output, name, example: figures.example, rewarded: figures.heldOut },
    curves: { policy: work.state.trainings.policy?.curve.points, reward: reward.curve },
  });
  for (const { name, body, type } of files) await ctx.artifact(name, body, type);
  return output;
}

/** Scores the reference once, and trains from it. */
async function rewardModel(work: Work, input: TrainInput, base: LanguageModel, responses: Parts["training"]) {
  const { ctx } = work;
  const mismatches = input.loss === "kto" ? mismatchedExamples(responses, ctx.seed) : [];
  const half = (shares.rollouts + shares.reference) / 2;
  const before = { name: "reference of training", bar: [shares.rollouts, half] } as const;
  const own = await logProbabilities(work, before, responses, base);
  const others = { name: "mismatched", bar: [half, shares.reference] } as const;
  const mismatched = await logProbabilities(work, others, mismatches, base);
  const examples = outcomeExamples(input.loss, responses, mismatches, { own, mismatched });
  requireExamples(examples, input.loss, input.data.from === "arithmetic" ? "data.responses" : "data.dataset");
  const settings = rewardSettings(input);
  const part = { name: "reward", bar: [shares.reference, shares.reward] } as const;
  const reward = await trained(work, part, settings.steps, (from) =>
    trainReward(base, settings, examples, ctx, from),
  );
  return {
    model: { ...base, weights: tunedWeights(base, input.training.adapter, reward) },
    tuning: reward,
    curve: reward.curve.points,
    examples: examples.length,
  };
}
