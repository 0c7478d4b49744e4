import { adamWDefaults } from "../../engine/adamw.ts";
import { cosineSchedule } from "../../engine/schedule.ts";
import { type Example, lengthOf } from "../../lm/fine-tuning/example.ts";
import { createOutcomeTuning, type OutcomeExample } from "../../lm/fine-tuning/fine-tuning.ts";
import { type OutcomeLossName, rowsPerExample } from "../../lm/fine-tuning/outcome-loss.ts";
import { createRandom } from "../../lm/random.ts";
import type { LanguageModel } from "../../lm/stored-model.ts";
import { passesOf, type Training, type TrainingStart } from "../../lm/training.ts";
import type { RunContext } from "../contract.ts";
import type { Response } from "./responses.ts";
import type { RewardSettings } from "./settings.ts";

const total = (values: Float32Array = new Float32Array()): number =>
  values.reduce((sum, value) => sum + value, 0);

/**
 * KTO's mismatched pairs: with each response the prompt of another problem, drawn once, so that the reference is
 * evaluated on it once. Throws an Error where all are to one prompt.
 */
export function mismatchedExamples(responses: readonly Response[], seed: number): Example[] {
  const random = createRandom(seed, "mismatched");
  return responses.map(({ problem, response }) => {
    const others = responses.filter((other) => other.problem !== problem);
    if (others.length === 0) throw new Error("loss: kto needs two prompts to train on");
    const { prompt } = others[random.integer(others.length)] ?? { prompt: [] };
    return { prompt, response };
  });
}

/** What the reference said of the responses that are trained on, and of the mismatched pairs of KTO. */
export interface ReferenceScores {
  readonly own: readonly Float32Array[];
  readonly mismatched: readonly Float32Array[];
}

/** The examples of a loss: each response, or every pair of a right and a wrong one to the same prompt. */
export function outcomeExamples(
  loss: OutcomeLossName,
  responses: readonly Response[],
  mismatched: readonly Example[],
  reference: ReferenceScores,
): OutcomeExample[] {
  const rows = responses.map((response, at) => ({
    ...response,
    reference: total(reference.own[at]),
  }));
  if (loss === "dpo" || loss === "nca") {
    return [...Map.groupBy(rows, ({ problem }) => problem).values()].flatMap((members) =>
      members
        .filter(({ right }) => right)
        .flatMap((right) =>
          members.filter((one) => !one.right).map((wrong) => ({ rows: [right, wrong], label: 1 })),
        ),
    );
  }
  return rows.map((row, at) => {
    const other = mismatched[at];
    const second = other === undefined ? [] : [{ ...other, reference: total(reference.mismatched[at]) }];
    return { rows: [row, ...second], label: Number(row.right) };
  });
}

/** Throws an Error that names the field that responses come from, where a loss has none to train on. */
export function requireExamples(
  examples: readonly OutcomeExample[],
  loss: OutcomeLossName,
  field: string,
): void {
  if (examples.length > 0) return;
  throw new Error(`${field}: no prompt to train on has a right and a wrong response, which ${loss} needs`);
}

/** Trains the reward model from the reference's weights, or adapters beside them. */
export function trainReward(
  { config, weights }: LanguageModel,
  { loss, beta, lambda, steps, batch, learningRate, warmup, weightDecay, clipNorm, adapter }: RewardSettings,
  examples: readonly OutcomeExample[],
  { seed, threads }: Pick<RunContext, "seed" | "threads">,
  from: TrainingStart | undefined,
): Promise<Training> {
  const length = Math.max(...examples.flatMap(({ rows }) => rows.map(lengthOf)));
  const schedule = cosineSchedule({ peak: learningRate, steps, warmupSteps: Math.round(warmup * steps) });
  const options = {
    ...{ seed, threads, length, schedule, loss, beta, lambda },
    adapter: adapter && { ...adapter, base: weights },
    adamW: { ...adamWDefaults, weightDecay, clipNorm },
    ...passesOf(batch, length * rowsPerExample(loss)),
  };
  const draw = (random: { integer(n: number): number }) => {
    const example = examples[random.integer(examples.length)];
    if (example === undefined) throw new Error("no example to train on");
    return example;
  };
  const first =
    adapter === undefined ? ({ from: "weights", weights } as const) : ({ from: "scratch" } as const);
  return createOutcomeTuning(config, options, draw, from ?? first);
}
