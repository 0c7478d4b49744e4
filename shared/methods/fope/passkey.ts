import type { Random } from "../../lm/random.ts";

/**
 * A prompt of single bytes that hides a key and ends in asking for it:
 * `...filler. Key: A1B2C3D4E5. filler... Key: A1B2C3D4E5`.
 */
export interface PasskeyPrompt {
  /** `length` byte tokens; the last `statedLength` are the letters with the answer's digits. */
  readonly tokens: Int32Array;
  readonly answer: string;
  /** Where the stated key begins. */
  readonly keyAt: number;
}

/** Digits of a key. */
export const answerLength = 5;

// Each digit stands behind a letter of its own, so that finding one takes a single look back, which two layers
// over bytes learn in some hundred steps. A bare 12345 takes thousands: the digit before must be matched too.
const letters = ["A", "B", "C", "D", "E"];

/** Bytes of a key as it is stated. */
export const statedLength = 2 * answerLength;

/** Where the answer's digits stand, counted from the end of a prompt. */
export const answerPlaces: readonly number[] = letters.map((_, digit) => 2 * digit + 1 - statedLength);

const question = "Key: ";
const statementLength = question.length + statedLength + ". ".length;

/** The shortest prompt: the key and the question with its answer, without filler. */
export const shortestPrompt = statementLength + question.length + statedLength;

/** None of the key's letters, no digit and no colon: they lead to the key alone. */
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
  const answer = drawKey(random);
  const room = length - shortestPrompt;
  const before = Math.round(depth * room);
  const stated = stateKey(answer);
  const text = [
    filler(random, before),
    `${question}${stated}. `,
    filler(random, room - before),
    `${question}${stated}`,
  ].join("");
  return {
    tokens: Int32Array.from(new TextEncoder().encode(text)),
    answer,
    keyAt: before + question.length,
  };
}

/** Filler bytes between two statements of a key in a training row: below this, and always another number. */
const longestGap = 16;

/**
 * Fills a training row: half of them are prompts with the key at a uniformly random depth; the others state one
 * key again and again, a random number of filler bytes apart, so that it is looked up by what it says and not at
 * a fixed distance.
 */
export function passkeyRow(random: Random, row: Int32Array): void {
  if (random.uniform() < 0.5) {
    row.set(passkeyPrompt(random, { length: row.length, depth: random.uniform() }).tokens);
    return;
  }
  const statement = `${question}${stateKey(drawKey(random))}. `;
  const start = random.integer(statement.length);
  let text = "";
  while (text.length < start + row.length) text += statement + filler(random, random.integer(longestGap));
  row.set(new TextEncoder().encode(text.slice(start, start + row.length)));
}

const drawKey = (random: Random): string =>
  String(random.integer(10 ** answerLength)).padStart(answerLength, "0");

const stateKey = (key: string): string => letters.map((letter, digit) => `${letter}${key[digit]}`).join("");

/** The last `length` bytes of random sentences: what is cut is the beginning, so that it ends as one ends. */
function filler(random: Random, length: number): string {
  let text = "";
  while (text.length < length) text += fillers[random.integer(fillers.length)];
  return text.slice(text.length - length);
}
