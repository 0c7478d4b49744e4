import type { Random } from "../../lm/random.ts";

/** A prompt of single bytes that hides a key and ends in asking for it: `...filler. key=4CQ%~. filler... key=4CQ%~`. */
export interface PasskeyPrompt {
  /** `length` byte tokens; the last `answerLength` are the answer. */
  readonly tokens: Int32Array;
  readonly answer: string;
  /** Where the stated key begins. */
  readonly keyAt: number;
}

// Each symbol of a key is one of ten that stand nowhere else in a prompt, as many keys as five digits make. What was
// asked last thus tells which symbol comes next, and a single look back finds it: two layers over bytes learn that in
// some hundred steps. Digits alone take thousands, since five that look alike must be told apart by what precedes them.
const alphabets = ["0123456789", "ABCDEFGHIJ", "KLMNOPQRST", "!#$%&*+/<>", "@[]^_{|}~?"] as const;

/** Symbols of a key. */
export const answerLength = alphabets.length;

/** Where the answer's symbols stand, counted from the end of a prompt. */
export const answerPlaces: readonly number[] = alphabets.map((_, place) => place - answerLength);

const question = "key=";
const statementLength = question.length + answerLength + ". ".length;

/** The shortest prompt: the key and the question with its answer, without filler. */
export const shortestPrompt = statementLength + question.length + answerLength;

const fillers = [
  "the sky is blue. ",
  "the sun is hot. ",
  "the grass is green. ",
  "snow is white. ",
  "the sea is deep. ",
  "night is dark. ",
  "here we go. ",
  "there and back again. ",
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
  const statement = `${question}${drawKey(random)}. `;
  const start = random.integer(statement.length);
  let text = "";
  while (text.length < start + row.length) text += statement + filler(random, random.integer(longestGap));
  row.set(new TextEncoder().encode(text.slice(start, start + row.length)));
}

const drawKey = (random: Random): string =>
  alphabets.map((alphabet) => alphabet[random.integer(alphabet.length)]).join("");

/** The last `length` bytes of random sentences: what is cut is the beginning, so that it ends as one ends. */
function filler(random: Random, length: number): string {
  let text = "";
  while (text.length < length) text += fillers[random.integer(fillers.length)];
  return text.slice(text.length - length);
}
