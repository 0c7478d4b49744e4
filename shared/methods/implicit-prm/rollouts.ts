import { adamWDefaults } from "../../engine/adamw.ts";
import { cosineSchedule } from "../../engine/schedule.ts";
import { configure, type ModelConfig } from "../../lm/config.ts";
import { createDecoder } from "../../lm/decoding/create.ts";
import { generateAll } from "../../lm/decoding/generate.ts";
import type { Example } from "../../lm/fine-tuning/example.ts";
import { createInstructionTuning } from "../../lm/fine-tuning/fine-tuning.ts";
import { createRandom, type Random } from "../../lm/random.ts";
import type { LanguageModel } from "../../lm/stored-model.ts";
import { byteTokenizer } from "../../lm/tokenizers/byte.ts";
import { passesOf, type Training, type TrainingStart } from "../../lm/training.ts";
import { initialWeights } from "../../lm/transformer/parameters.ts";
import { weightsOf } from "../../lm/transformer/transformer.ts";
import type { RunContext } from "../contract.ts";
import { createTutor, drawProblem, problemLength, solutionLength, tutorSolution } from "./arithmetic.ts";
import type { ArithmeticInput } from "./input.ts";

const contextLength = problemLength + solutionLength;

/** The policy reads bytes, at places that it learns. */
export function policyConfig({ size }: ArithmeticInput): ModelConfig {
  const { feedForward, ...sides } = size;
  return configure({
    ...sides,
    ...(feedForward !== undefined && { feedForward: { type: "swiglu", size: feedForward } }),
    vocabularySize: byteTokenizer.vocabularySize,
    contextLength,
    position: { type: "learned", length: contextLength },
  });
}

/** Learns to solve problems as the tutor does. */
export function trainPolicy(
  config: ModelConfig,
  { policy, mistakes }: ArithmeticInput,
  { seed, threads }: Pick<RunContext, "seed" | "threads">,
  from: TrainingStart | undefined,
): Promise<Training> {
  const { steps, learningRate, warmup, weightDecay, clipNorm } = policy;
  const tutor = createTutor(createRandom(seed, "tutor"), mistakes);
  const draw = (random: Random): Example => {
    const problem = drawProblem(random);
    const solution = tutorSolution(tutor, problem, random);
    return { prompt: byteTokenizer.encode(problem), response: byteTokenizer.encode(solution) };
  };
  const schedule = cosineSchedule({ peak: learningRate, steps, warmupSteps: Math.round(warmup * steps) });
  const length = contextLength - 1;
  const options = {
    ...{ seed, threads, length, schedule, adamW: { ...adamWDefaults, weightDecay, clipNorm } },
    ...passesOf(policy.batch, length),
  };
  const weights = () => initialWeights(weightsOf(config), seed);
  return createInstructionTuning(config, options, draw, from ?? { from: "weights", weights: weights() });
}

/** The problems of a run: to train on, for a threshold, and held out, in this order. */
export function drawProblems(data: ArithmeticInput, seed: number): string[] {
  const random = createRandom(seed, "problems");
  const { problems, developmentProblems, heldOutProblems } = data;
  return Array.from({ length: problems + developmentProblems + heldOutProblems }, () => drawProblem(random));
}

/** Rollouts of a problem, by its index. */
export function rolloutsOf({ problems, responses, developmentProblems, candidates }: ArithmeticInput) {
  return (problem: number): number => (problem < problems + developmentProblems ? responses : candidates);
}

/** Texts between two checkpoints, and rows that are written at a time. */
const chunk = 1024;
const rows = 64;
/** Leaves out characters that the policy has not quite unlearned. */
const minP = 5e-4;

/** What characters other than printable ones become, so that a solution has as many tokens as characters. */
const unprintable = /[^\x20-\x7e\n]/gu;

/** A policy that writes. */
export type Continued = Pick<LanguageModel, "config" | "weights">;

export interface ContinuationOptions extends Pick<RunContext, "seed" | "threads"> {
  /** Of the random stream. */
  readonly name: string;
}

/**
 * What the policy writes at temperature 1 after the next of `texts`, of which `from` have theirs: after a problem, or
 * after it and the beginning of a solution, to the solution's end.
 */
export async function nextContinuations(
  policy: Continued,
  texts: readonly string[],
  from: number,
  { name, seed, threads }: ContinuationOptions,
): Promise<string[]> {
  const window = contextLength - 1; // the last token is written, and not read
  const decoder = await createDecoder(policy, { window, threads, rows });
  try {
    const written: string[] = [];
    const encoded = texts.slice(from, from + chunk).map((text) => byteTokenizer.encode(text));
    const options = {
      ...{ maxTokens: solutionLength, temperature: 1, minP },
      seed: createRandom(seed, name, from).next(),
    };
    for await (const { index, tokens } of generateAll(decoder, encoded, options)) {
      written[index] = byteTokenizer.decode(tokens).replace(unprintable, "?");
    }
    return written;
  } finally {
    await decoder.release();
  }
}
