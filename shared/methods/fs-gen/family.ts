import * as z from "zod";
import { adamWDefaults } from "../../engine/adamw.ts";
import { cosineSchedule } from "../../engine/schedule.ts";
import type { ModelConfig } from "../../lm/config.ts";
import { createRandom } from "../../lm/random.ts";
import type { RowSource, Tokens } from "../../lm/rows.ts";
import { createScorer, meanLoss } from "../../lm/scoring.ts";
import { loadModel, parametersOf } from "../../lm/stored-model.ts";
import type { Tokenizer } from "../../lm/tokenizers/tokenizer.ts";
import { createTraining, passesOf, type Training, type WeightValues } from "../../lm/training.ts";
import type { CheckpointPace } from "../checkpoint-pace.ts";
import type { RunContext } from "../contract.ts";
import { lossPoints } from "../loss-curve.ts";
import { storeTrained } from "../store-trained.ts";
import { startOf, train, type Underway, underway } from "../train.ts";
import type { StudyInput } from "./input.ts";

/** A model to train within the run. */
export interface Member {
  readonly key: string;
  readonly config: ModelConfig;
  readonly steps: number;
  readonly rows: RowSource;
  /** Sets the initial weights and the rows apart from those of other members. */
  readonly stream: readonly (string | number)[];
  /** The member that is trained on; from scratch when absent. */
  readonly from?: string;
}

/** A member that is trained and stored. */
const trainedMember = z.object({
  key: z.string(),
  /** Its id in the store. */
  model: z.string(),
  parameters: z.int(),
  /** Nats per token of the validation text. */
  loss: z.number(),
  points: lossPoints,
});
export type TrainedMember = z.infer<typeof trainedMember>;

/** Where the training of a family stands. */
export const training = z.object({ members: z.array(trainedMember), current: underway.optional() });
export type FamilyTraining = z.infer<typeof training>;
export const untrained: FamilyTraining = { members: [] };

export interface Family {
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  readonly members: readonly Member[];
  readonly plan: StudyInput["training"];
  /** Tokens of a row. */
  readonly length: number;
  readonly tokenizer: Tokenizer;
  readonly validation: Tokens;
  /** Share of the run's work that the trainings are. */
  readonly share: number;
  /** The whole run's state with this in it: what a checkpoint holds. */
  stateWith(family: FamilyTraining): unknown;
}

/** Width at which the plan's learning rate holds. */
const plannedWidth = 64;

/** Trains, scores and stores every member in turn; out of time, a checkpoint is saved. */
export async function trainFamily(
  family: Family,
  begun: FamilyTraining,
): Promise<FamilyTraining | "out of time"> {
  let state = begun;
  for (const member of family.members.slice(state.members.length)) {
    const trained = await trainMember(family, member, state);
    if (trained === "out of time") return trained;
    state = { members: [...state.members, trained] };
    await family.pace.save(family.stateWith(state));
  }
  return state;
}

async function trainMember(
  family: Family,
  member: Member,
  before: FamilyTraining,
): Promise<TrainedMember | "out of time"> {
  const { ctx, pace, plan, length, tokenizer } = family;
  const begun = await begin(family, member, before);
  try {
    const current = await train(begun, before.current, {
      ctx,
      pace,
      steps: member.steps,
      labels: { model: member.key },
      stateWith: (now: Underway) => family.stateWith({ ...before, current: now }),
      report: (step, loss) => {
        const done = (before.members.length + step / member.steps) / family.members.length;
        ctx.progress(
          done * family.share,
          `${member.key}: step ${step} of ${member.steps}, loss ${loss.toFixed(3)}`,
        );
      },
    });
    if (current === "out of time") return current;
    if (ctx.outOfTime()) {
      await pace.save(family.stateWith({ ...before, current }));
      return "out of time";
    }
    ctx.signal.throwIfAborted();
    const weights = begun.weights();
    const loss = await scored(family, member.config, weights);
    ctx.metric("validation_loss", plan.steps, loss, { model: member.key });
    const name = `fs-gen-${member.key}`;
    const model = await storeTrained(ctx, name, member.config, weights, length, tokenizer);
    return {
      key: member.key,
      model,
      parameters: parametersOf(member.config),
      loss,
      points: [...current.curve.points],
    };
  } finally {
    await begun.release();
  }
}

async function begin(
  { ctx, plan, length }: Family,
  member: Member,
  { members, current }: FamilyTraining,
): Promise<Training> {
  const { steps, config } = member;
  const { batch, warmup, weightDecay, clipNorm } = plan;
  const peak = plan.learningRate * Math.sqrt(plannedWidth / config.dModel);
  const options = {
    seed: createRandom(ctx.seed, "family", ...member.stream).next(),
    ...passesOf(batch, length),
    length,
    schedule: cosineSchedule({ peak, steps, warmupSteps: Math.round(warmup * steps) }),
    adamW: { ...adamWDefaults, weightDecay, clipNorm },
    threads: ctx.threads,
    rows: member.rows,
  };
  const earlier = members.find(({ key }) => key === member.from);
  if (earlier === undefined) return createTraining(config, options, startOf(current, { from: "scratch" }));
  const { weights } = await loadModel(await ctx.model(earlier.model));
  return createTraining(config, options, startOf(current, { from: "weights", weights }));
}

async function scored(
  { ctx, length, validation }: Family,
  config: ModelConfig,
  weights: WeightValues,
): Promise<number> {
  const scorer = await createScorer(config, weights, { length, threads: ctx.threads });
  try {
    return await meanLoss(scorer, validation);
  } finally {
    await scorer.release();
  }
}
