import type { JudgedRow, LabelledRow } from "../../../lm/fine-tuning/value-head.ts";
import type { HeadName } from "../labels.ts";
import type { Response } from "../responses.ts";
import { type StepReward, stepRewards, tokenRewards } from "../rewards.ts";
import type { Judged } from "../scoring.ts";
import type { Span } from "../steps.ts";
import { sigmoid } from "../voting.ts";

/** A response whose tokens are assigned to its steps. */
export interface Measured {
  readonly response: Response;
  readonly stepOf: ArrayLike<number>;
}

/** Judges by log-probabilities: of a policy beside the reference, or of one model alone. */
export function judgedByTokens(
  measured: readonly Measured[],
  policy: readonly Float32Array[],
  reference: readonly Float32Array[] | undefined,
  beta: number,
): Judged[] {
  return measured.map(({ response, stepOf }, at) => {
    const tokens = tokenRewards({ policy: policy[at] ?? [], reference: reference?.[at] }, beta);
    return { response, steps: stepRewards(tokens, stepOf, response.steps.length) };
  });
}

/** Whether a head values what was written so far, and a step by what it changes; or each step by itself. */
const valuesWhole: Record<HeadName, boolean> = { orm: true, verifier: true, exact: false, shepherd: false };

const tokensOf = ({ prompt, response }: Response) => [...Array.from(prompt), ...Array.from(response)];

/**
 * The last token of the prompt, and of each step before its line feed, where what it says is nearest: a head on the line
 * feed needs twice the updates. A solution has as many tokens as characters.
 */
function ends({ prompt, text, steps }: Response): number[] {
  const last = ({ end }: Span) => Math.max(1, text.slice(0, end).trimEnd().length) - 1;
  return [prompt.length - 1, ...steps.map((step) => prompt.length + last(step))];
}

/** A response to be valued at the ends of its prompt and of its steps. */
export function valuedRow(response: Response): JudgedRow {
  return { tokens: tokensOf(response), places: ends(response) };
}

/**
 * What a head is trained on: the label of a response at its end, or at the ends of the prompt and of every step; or a
 * label of each step.
 */
export function labelledRow(name: HeadName, response: Response, labels: readonly number[]): LabelledRow {
  const [tokens, places] = [tokensOf(response), ends(response)];
  const label = Number(response.right);
  if (name === "orm") return { tokens, places: places.slice(-1), labels: [label] };
  if (name === "verifier") return { tokens, places, labels: places.map(() => label) };
  return { tokens, places: places.slice(1), labels };
}

/** log sigma(x) without overflow. */
const logSigmoid = (x: number): number => (x > 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x)));

/**
 * Judges by the values at the ends of the prompt and of each step. Of an outcome model a step has what it changes of
 * log sigma(v), and the whole has the value at its end; else each step has log sigma(v) of its own, and the whole their
 * sum, the probability that all are right.
 */
export function judgedByValues(
  name: HeadName,
  measured: readonly Measured[],
  values: readonly Float32Array[],
): Judged[] {
  return measured.map(({ response }, at) => {
    const [before = 0, ...after] = Array.from(values[at] ?? [], logSigmoid);
    return { response, steps: valuesWhole[name] ? changes(before, after) : ownValues(after) };
  });
}

const changes = (before: number, values: readonly number[]): StepReward[] =>
  values.map((value, at) => ({ reward: value - (values[at - 1] ?? before), cumulative: value }));

function ownValues(values: readonly number[]): StepReward[] {
  let cumulative = 0;
  return values.map((reward) => {
    cumulative += reward;
    return { reward, cumulative };
  });
}

/** What a vote weighs: sigma of an implicit reward, or the probability that a number is the logarithm of. */
export const votes = { reward: sigmoid, logProbability: Math.exp } as const;
