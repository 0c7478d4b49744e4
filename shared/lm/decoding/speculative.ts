import { createRandom, type Random } from "../random.ts";
import type { Decoder } from "./decoder.ts";
import { distributionOf, draw, logProbability, mostProbable, type Sampling } from "./sampling.ts";

export interface SpeculativeOptions extends Sampling {
  readonly maxTokens: number;
  /** K, the tokens that are drafted before the large model reads them all at once. */
  readonly draftTokens: number;
  readonly seed?: number;
  /** Whether to end a draft before a token of these probabilities under the small model; the text stays the large one's. */
  readonly draftEnds?: (probabilities: Float32Array) => boolean;
}

/** A token of the large model's text, and how it came about. */
export interface SpeculativeToken {
  readonly token: number;
  /** Whether the draft of this place was kept; undefined where there was none, after a whole draft that was kept. */
  readonly accepted: boolean | undefined;
  /** What was drafted here. */
  readonly drafted: number | undefined;
  /** The token's probability under the small and under the large model themselves: temperature 1, nothing left out. */
  readonly draftProbability: number;
  readonly targetProbability: number;
  /** Whether the most probable token is the same for both. */
  readonly agrees: boolean;
  /** Which call of the large model it came of, from 0. */
  readonly call: number;
}

/** What a model says of one place. */
interface Word {
  readonly logits: Float32Array;
  /** What tokens are drawn from. */
  readonly sampled: Float32Array;
  readonly best: number;
}
interface Place {
  readonly draft: Word;
  readonly target: Word;
}
interface Drafted {
  readonly token: number;
  readonly draft: Word;
}
/** The large model's own token after a whole draft: what the small one says there is not known until it reads on. */
interface Owed {
  readonly token: number;
  readonly target: Word;
  readonly call: number;
}

/**
 * Speculative decoding (Leviathan, arXiv 2211.17192; Chen, arXiv 2302.01318): the small model drafts up to K
 * tokens x ~ q, the large one reads them in one call, keeps each with probability min(1, p / q), draws the first
 * that is not kept from norm(max(0, p - q)), and adds one of its own from p where all were. The text has the
 * large model's distribution; at temperature 0 it is its greedy text. Both decoders are begun anew, row 0. Throws
 * RangeError on an empty prompt or two vocabularies.
 */
export async function* speculate(
  { draft, target }: { readonly draft: Decoder; readonly target: Decoder },
  prompt: ArrayLike<number>,
  options: SpeculativeOptions,
): AsyncGenerator<SpeculativeToken> {
  const { maxTokens, draftTokens, seed = 0 } = options;
  check(draft, target, prompt);
  const random = createRandom(seed, "speculative decoding");
  const text = Array.from(prompt);
  draft.rollback(0);
  target.rollback(0);
  if (text.length > 1) await target.read(text.slice(0, -1));
  const end = text.length + maxTokens;
  let owed: Owed | undefined;
  for (let call = 0; text.length < end; call++) {
    const { before, now } = await catchUp(draft, text, options);
    if (owed !== undefined && before !== undefined) yield ofOwed(owed, before);
    const room = Math.min(draftTokens, end - text.length - 1);
    const { drafted, after } = await draftOn(draft, now, room, random, options);
    const words = await targetWords(target, text.at(-1) ?? 0, drafted, options);
    const { tokens, bonus } = settleAll(drafted, words, random);
    for (const settled of tokens) yield describe(settled, call);
    text.push(...tokens.map(({ token }) => token));
    owed = undefined;
    if (bonus !== undefined) {
      text.push(bonus.token);
      if (after === undefined) owed = { ...bonus, call };
      else yield ofOwed({ ...bonus, call }, after);
    }
    target.rollback(text.length - 1);
    draft.rollback(Math.min(draft.length(), text.length - 1));
  }
  if (owed !== undefined) {
    const { now } = await catchUp(draft, text.slice(0, -1), options);
    yield ofOwed(owed, now);
  }
}

function check(draft: Decoder, target: Decoder, prompt: ArrayLike<number>): void {
  if (prompt.length === 0) throw new RangeError("a prompt has at least one token");
  if (draft.vocabularySize !== target.vocabularySize) {
    throw new RangeError(
      `a draft over ${draft.vocabularySize} tokens for a model over ${target.vocabularySize}`,
    );
  }
}

/** Reads what the decoder has not: what it says after all of it, and after all but the last token where it read two. */
async function catchUp(
  draft: Decoder,
  text: readonly number[],
  sampling: Sampling,
): Promise<{ before: Word | undefined; now: Word }> {
  const { vocabularySize } = draft;
  const unread = text.slice(draft.length());
  if (unread.length !== 2) return { before: undefined, now: wordOf(await draft.read(unread), sampling) };
  const logits = await draft.read(unread, { all: true });
  return {
    before: wordOf(logits.subarray(0, vocabularySize), sampling),
    now: wordOf(logits.subarray(vocabularySize, 2 * vocabularySize), sampling),
  };
}

/** Drafts up to `room` tokens; `after` is the word on the place after them, where they were all read. */
async function draftOn(
  draft: Decoder,
  first: Word,
  room: number,
  random: Random,
  { draftEnds, ...sampling }: SpeculativeOptions,
): Promise<{ drafted: Drafted[]; after: Word | undefined }> {
  const drafted: Drafted[] = [];
  let word = first;
  while (drafted.length < room) {
    if (drafted.length > 0 && draftEnds?.(distributionOf(word.logits, { temperature: 1 })) === true)
      return { drafted, after: word };
    const token = draw(word.sampled, random);
    drafted.push({ token, draft: word });
    if (drafted.length < room) word = wordOf(await draft.read([token]), sampling);
  }
  return { drafted, after: room > 0 ? undefined : word };
}

/** The large model's word on each drafted place and on the one after them, in one call. */
async function targetWords(
  target: Decoder,
  last: number,
  drafted: readonly Drafted[],
  sampling: Sampling,
): Promise<Word[]> {
  const { vocabularySize } = target;
  const logits = await target.read([last, ...drafted.map(({ token }) => token)], { all: true });
  return Array.from({ length: drafted.length + 1 }, (_, at) =>
    wordOf(logits.subarray(at * vocabularySize, (at + 1) * vocabularySize), sampling),
  );
}

interface Settled extends Place {
  readonly token: number;
  readonly drafted: number | undefined;
  readonly accepted: boolean | undefined;
}

/** Keeps drafts up to the first that is not; `bonus` is the large model's own token after a draft that was kept whole. */
function settleAll(drafted: readonly Drafted[], words: readonly Word[], random: Random) {
  const tokens: Settled[] = [];
  for (const [at, one] of drafted.entries()) {
    const target = words[at] ?? one.draft;
    const [p, q] = [target.sampled, one.draft.sampled];
    const accepted = accepts(p, q, one.token, random);
    const token = accepted ? one.token : draw(residual(p, q), random);
    tokens.push({ token, drafted: one.token, accepted, draft: one.draft, target });
    if (!accepted) return { tokens, bonus: undefined };
  }
  const last = words[drafted.length];
  if (last === undefined) throw new RangeError("the large model has no word on the place after the draft");
  return { tokens, bonus: { token: draw(last.sampled, random), target: last } };
}

/** Whether a draft x ~ q is kept: with probability min(1, p(x) / q(x)). */
export function accepts(p: Float32Array, q: Float32Array, token: number, random: Random): boolean {
  return random.uniform() * (q[token] ?? 0) < (p[token] ?? 0);
}

/** norm(max(0, p - q)), what takes the place of a draft that is not kept; p where nothing is left by rounding. */
export function residual(p: Float32Array, q: Float32Array): Float32Array {
  const rest = p.map((value, token) => Math.max(0, value - (q[token] ?? 0)));
  const sum = rest.reduce((total, value) => total + value, 0);
  return sum > 0 ? rest.map((value) => value / sum) : p;
}

/** sum min(p, q): the probability that a draft from q is kept. */
export function overlap(p: Float32Array, q: Float32Array): number {
  return p.reduce((sum, value, token) => sum + Math.min(value, q[token] ?? 0), 0);
}

/** Expected tokens of one call of the large model, (1 - A^(K + 1)) / (1 - A), when each draft is kept with probability A. */
export function expectedTokens(acceptance: number, draftTokens: number): number {
  if (acceptance >= 1) return draftTokens + 1;
  return (1 - acceptance ** (draftTokens + 1)) / (1 - acceptance);
}

/** Expected speed beside the large model alone, when a step of the small one costs `cost` of one of its own. */
export function expectedSpeedup(acceptance: number, draftTokens: number, cost: number): number {
  return expectedTokens(acceptance, draftTokens) / (draftTokens * cost + 1);
}

function wordOf(logits: Float32Array, sampling: Sampling): Word {
  return {
    logits: logits.slice(), // the decoder writes over its own
    sampled: distributionOf(logits, sampling),
    best: mostProbable(logits),
  };
}

function ofOwed({ token, target, call }: Owed, draft: Word): SpeculativeToken {
  return describe({ token, drafted: undefined, accepted: undefined, draft, target }, call);
}

function describe({ token, drafted, accepted, draft, target }: Settled, call: number): SpeculativeToken {
  return {
    token,
    accepted,
    drafted,
    draftProbability: Math.exp(logProbability(draft.logits, token)),
    targetProbability: Math.exp(logProbability(target.logits, token)),
    agrees: draft.best === target.best,
    call,
  };
}
