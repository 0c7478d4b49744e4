import type { LanguageModel } from "../stored-model.ts";
import { type AnswerOptions, answersTo } from "./answers.ts";
import { type Example, encodeExample } from "./example.ts";
import { createResponseScorer } from "./response-scorer.ts";

/** What is asked, as the model reads it, and a good answer. */
export interface Instruction {
  readonly prompt: string;
  readonly reference: string;
}

/** How good an answer is beside the reference: exact match, ROUGE. */
export type AnswerMetric = (answer: string, reference: string) => number;

export interface InstructionEvaluationOptions {
  readonly threads: number;
  /** Whether the loss is also on the `eos` after a reference, where the model has one. */
  readonly ends?: boolean;
  /** Greedy answers and what they are measured by; none are written when absent. */
  readonly answers?: Omit<AnswerOptions, "threads"> & {
    readonly metrics: Readonly<Record<string, AnswerMetric>>;
  };
}

/** Figures of each instruction, in their order, and the means of these. */
export interface InstructionEvaluation {
  /** Mean cross-entropy over the tokens of each reference given its prompt, in nats a token. */
  readonly losses: readonly number[];
  /** Their mean: every instruction counts the same, however long its reference. */
  readonly loss: number;
  /** Empty where none were asked for. */
  readonly answers: readonly string[];
  readonly scores: Readonly<Record<string, readonly number[]>>;
  readonly means: Readonly<Record<string, number>>;
}

/** A model on instructions: the loss on the references, and its own answers. Throws RangeError on no instruction. */
export async function evaluateInstructions(
  model: LanguageModel,
  instructions: readonly Instruction[],
  { threads, ends = false, answers: wanted }: InstructionEvaluationOptions,
): Promise<InstructionEvaluation> {
  if (instructions.length === 0) throw new RangeError("no instruction to evaluate on");
  const examples = instructions.map(({ prompt, reference }) =>
    encodeExample(model, prompt, reference, { ends }),
  );
  const losses = await lossesOn(model, examples, threads);
  const prompts = examples.map(({ prompt }) => prompt);
  const answers = wanted === undefined ? [] : await answersTo(model, prompts, { threads, ...wanted });
  const scores = Object.fromEntries(
    Object.entries(wanted?.metrics ?? {}).map(([name, metric]) => [
      name,
      instructions.map(({ reference }, at) => metric(answers[at] ?? "", reference)),
    ]),
  );
  const means = Object.fromEntries(Object.entries(scores).map(([name, values]) => [name, mean(values)]));
  return { losses, loss: mean(losses), answers, scores, means };
}

async function lossesOn(
  model: LanguageModel,
  examples: readonly Example[],
  threads: number,
): Promise<number[]> {
  const scorer = createResponseScorer(model, { threads });
  try {
    return (await scorer.score(examples)).map((tokens) => -mean(tokens));
  } finally {
    await scorer.release();
  }
}

function mean(values: Iterable<number>): number {
  let [total, count] = [0, 0];
  for (const value of values) {
    total += value;
    count++;
  }
  return total / count;
}
