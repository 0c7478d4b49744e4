import type { Random } from "../../lm/random.ts";

/**
 * A prompt of single bytes that hides a key and ends in asking for it:
 * `...filler. Key: 12345. filler... Key: 12345`.
 */
export interface PasskeyPrompt {
  /** `length` byte tokens; the last `answerLength` are the answer. */
  readonly tokens: Int32Array;
  readonly answer: string;
  /** Where the key's first digit stands. */
  readonly keyAt: number;
}

/** Digits of a key, at the end of every prompt. */
export const answerLength = 5;

// Short, so that a key, its question and some filler fit the shortest training length of 32 bytes.
const question = "Key: ";
const statementLength = question.length + answerLength + ". ".length;

/** The shortest prompt: the key and the question with its answer, without filler. */
export const shortestPrompt = statementLength + question.length + answerLength;

/** No digit and no colon: the question's words lead to the key alone. */
const fillers = [
  "The sky is blue. ",
  "The sun is hot. ",
  "The grass is green. ",
  "Snow is white. ",
  "The sea is deep. ",
  "Night is dark. ",
  "Here we go. ",
  "There and back again. ",
];

/**
 * A prompt of exactly `length` bytes with the key `depth` of the way through the filler, from 0 (first) to
 * 1 (right before the question). Each of the 100,000 keys is equally likely, so guessing gives 1e-5. Throws
 * a RangeError on a length below `shortestPrompt` or a depth outside [0, 1].
 */
export function passkeyPrompt(
  random: Random,
  { length, depth }: { readonly length: number; readonly depth: number },
): PasskeyPrompt {
  if (!Number.isInteger(length) || length < shortestPrompt) {
    throw new RangeError(`a passkey prompt has at least ${shortestPrompt} bytes, not ${length}`);
  }
  if (!(depth >= 0 && depth <= 1)) throw new RangeError(`depth ${depth} is not in [0, 1]`);
  const answer = String(random.integer(10 ** answerLength)).padStart(answerLength, "0");
  const room = length - shortestPrompt;
  const before = Math.round(depth * room);
  const text = [
    filler(random, before),
    `${question}${answer}. `,
    filler(random, room - before),
    `${question}${answer}`,
  ].join("");
  return {
    tokens: Int32Array.from(new TextEncoder().encode(text)),
    answer,
    keyAt: before + question.length,
  };
}

/** Fills a training row with a prompt, its key at a uniformly random depth. */
export function passkeyRow(random: Random, row: Int32Array): void {
  row.set(passkeyPrompt(random, { length: row.length, depth: random.uniform() }).tokens);
}

/** The last `length` bytes of random sentences: what is cut is the beginning, so that it ends as one ends. */
function filler(random: Random, length: number): string {
  let text = "";
  while (text.length < length) text += fillers[random.integer(fillers.length)];
  return text.slice(text.length - length);
}
