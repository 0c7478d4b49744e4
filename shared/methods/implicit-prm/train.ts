import { type LanguageModel, loadModel, modelFiles } from "../../lm/stored-model.ts";
import { byteTokenizer } from "../../lm/tokenizers/byte.ts";
import type { Training, TrainingStart } from "../../lm/training.ts";
import { type CheckpointPace, checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { startOf, train as trainOn, type Underway } from "../train.ts";
import { answerOf } from "./arithmetic.ts";
import { sizesFor } from "./choosing.ts";
import { evaluate } from "./evaluate.ts";
import type { ArithmeticInput, PreferencesInput, TrainInput } from "./input.ts";
import type { TrainOutput } from "./output.ts";
import { type Response, type Responses, readResponses, rolloutResponses } from "./responses.ts";
import { mismatchedExamples, outcomeExamples, trainReward } from "./reward-training.ts";
import { drawProblems, nextRollouts, policyConfig, rolloutsOf, trainPolicy } from "./rollouts.ts";
import { rewardAll, scoreAll } from "./scoring.ts";
import { type Parts, splitProblems } from "./split.ts";
import { trainReport } from "./train-report.ts";
import { nothingDone, type TrainState, trainState, weightsAt } from "./train-state.ts";

/** A run under way: what its parts share, and what is done of it. */
interface Work {
  readonly input: TrainInput;
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  state: TrainState;
}

/** Thrown within a run whose checkpoint is saved. */
const outOfTime = Symbol("out of time");

/** Shares of the bar at which the parts end. */
const shares = { policy: 0.4, rollouts: 0.6, reference: 0.65, reward: 0.9, evaluation: 1 };

/** Trains a reward model on labels of whole responses, and measures it on responses held out. */
export async function train(input: TrainInput, ctx: RunContext): Promise<TrainOutput | Paused> {
  const state = (await ctx.checkpoint.load(trainState)) ?? nothingDone;
  const work: Work = { input, ctx, pace: checkpointPace(ctx), state };
  try {
    return await run(work);
  } catch (error) {
    if (error === outOfTime) return ctx.pause();
    throw error;
  }
}

async function run(work: Work): Promise<TrainOutput> {
  const { input, ctx } = work;
  const { data, beta } = input;
  const { base, read, name } =
    data.from === "arithmetic" ? await arithmetic(work, data) : await preferences(work, data);
  const parts = splitProblems(data, read);
  const sizes = sizesFor(parts.heldOut, input.sizes);
  const trained = await rewardModel(work, base, parts.training);
  const measured = [...parts.development, ...parts.heldOut];
  const policy = await scores(work, "policyScores", trained.model, measured, shares.reward, 0.95);
  const reference = await scores(work, "referenceScores", base, measured, 0.95, shares.evaluation);
  const rewarded = rewardAll(measured, policy, reference, beta, base);
  const figures = evaluate(
    rewarded.slice(parts.development.length),
    rewarded.slice(0, parts.development.length),
    { sizes, draws: input.draws, seed: ctx.seed },
  );
  const saved =
    data.from === "arithmetic" ? await ctx.saveModel("arithmetic-policy", modelFiles(base)) : null;
  const model = await ctx.saveModel(`reward-model-${input.loss}`, modelFiles(trained.model));
  const output: TrainOutput = {
    ...{ task: "train", loss: input.loss, model, policy: saved, trainedOn: trained.examples },
    ...figures.output,
    leftOut: read.leftOut,
  };
  const files = trainReport({
    run: { runId: ctx.runId, seed: ctx.seed },
    ...{ input, output, name, example: figures.example, rewarded: figures.heldOut },
    curves: { policy: work.state.policy?.curve.points, reward: trained.curve },
  });
  for (const { name, body, type } of files) await ctx.artifact(name, body, type);
  return output;
}

interface Material {
  readonly base: LanguageModel;
  readonly read: Responses;
  /** What the responses are, for a reader. */
  readonly name: string;
}

/** Trains the policy and lets it answer all problems. */
async function arithmetic(work: Work, data: ArithmeticInput): Promise<Material> {
  const { ctx, pace } = work;
  const config = policyConfig(data);
  const policy = await throughTraining(work, "policy", data.policy.steps, [0, shares.policy], (from) =>
    trainPolicy(config, data, ctx, from),
  );
  work.state = { ...work.state, policy };
  const base = { config, weights: weightsAt(config, policy), tokenizer: byteTokenizer };
  const problems = drawProblems(data, ctx.seed);
  const count = rolloutsOf(data);
  const prompts = problems.flatMap((problem, at) => new Array<string>(count(at)).fill(problem));
  while (work.state.solutions.length < prompts.length) {
    ctx.signal.throwIfAborted();
    const { solutions } = work.state;
    if (ctx.outOfTime()) {
      await pace.save(work.state);
      throw outOfTime;
    }
    const next = await nextRollouts(base, prompts, solutions.length, ctx);
    work.state = { ...work.state, solutions: [...solutions, ...next] };
    const share = work.state.solutions.length / prompts.length;
    ctx.progress(shares.policy + share * (shares.rollouts - shares.policy), "rollouts");
    await pace.offer(() => work.state);
  }
  const read = rolloutResponses(problems, work.state.solutions, count, answerOf, base);
  return { base, read, name: "Running sums" };
}

async function preferences({ ctx }: Work, data: PreferencesInput): Promise<Material> {
  const base = await loadModel(await ctx.model(data.model));
  const content = await ctx.dataset(data.dataset);
  const read = await readResponses(content, base, { ...data, field: "data.dataset", least: 5 });
  return { base, read, name: content.name };
}

/** Scores the reference once, and trains from it. */
async function rewardModel(work: Work, base: LanguageModel, responses: Parts["training"]) {
  const { input, ctx } = work;
  const mismatches = input.loss === "kto" ? mismatchedExamples(responses, ctx.seed) : [];
  const half = (shares.rollouts + shares.reference) / 2;
  const own = await scores(work, "reference", base, responses, shares.rollouts, half);
  const mismatched = await scores(work, "mismatched", base, mismatches, half, shares.reference);
  const examples = outcomeExamples(input, responses, mismatches, { own, mismatched });
  checkExamples(input, examples.length);
  const bar = [shares.reference, shares.reward] as const;
  const reward = await throughTraining(work, "reward", input.training.steps, bar, (from) =>
    trainReward(base, input, examples, ctx, from),
  );
  work.state = { ...work.state, reward };
  return {
    model: { ...base, weights: weightsAt(base.config, reward) },
    curve: reward.curve.points,
    examples: examples.length,
  };
}

function checkExamples({ loss, data }: TrainInput, examples: number): void {
  if (examples > 0) return;
  const from = data.from === "arithmetic" ? "data.responses" : "data.dataset";
  throw new Error(`${from}: no prompt to train on has a right and a wrong response, which ${loss} needs`);
}

/** A training to its end, from where the run stands in it. */
async function throughTraining(
  work: Work,
  part: "policy" | "reward",
  steps: number,
  [from, to]: readonly [number, number],
  create: (start: TrainingStart | undefined) => Promise<Training>,
): Promise<Underway> {
  const { ctx, pace } = work;
  const begun = work.state[part];
  if (begun?.training.step === steps) return begun;
  const start = begun && startOf(begun, { from: "scratch" });
  const training = await create(start);
  try {
    const done = await trainOn(training, begun, {
      ...{ ctx, pace, steps, labels: { model: part } },
      stateWith: (now) => ({ ...work.state, [part]: now }),
      report: (step, loss) =>
        ctx.progress(from + ((to - from) * step) / steps, `${part}: step ${step}, loss ${loss.toFixed(3)}`),
    });
    if (done === "out of time") throw outOfTime;
    return done;
  } finally {
    await training.release();
  }
}

/** Log-probabilities of responses under a model, kept in the run's state. */
async function scores(
  work: Work,
  part: "reference" | "mismatched" | "policyScores" | "referenceScores",
  model: LanguageModel,
  examples: readonly Pick<Response, "prompt" | "response">[],
  from: number,
  to: number,
): Promise<readonly Float32Array[]> {
  const scored = await scoreAll(model, examples, work.state[part], {
    ...{ ctx: work.ctx, pace: work.pace },
    stateWith: (now) => ({ ...work.state, [part]: now }),
    report: (share) => work.ctx.progress(from + share * (to - from), "log-probabilities"),
  });
  if (scored === "out of time") throw outOfTime;
  work.state = { ...work.state, [part]: [...scored] };
  return scored;
}
