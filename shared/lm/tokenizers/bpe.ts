import TinyQueue from "tinyqueue";
import { byteCharacters, tokenBytes } from "./byte-characters.ts";
import { type BytePairs, bytePairsJson } from "./byte-pairs.ts";
import { type ByteLevelTokenizer, TokenizerError, utf8Text } from "./tokenizer.ts";
import { splitWords } from "./words.ts";

/** Words that are remembered, and the longest of them in UTF-16 units: text repeats its short words. */
const rememberedWords = 100_000;
const longestRemembered = 64;

/** What a pair of ids becomes, and how early it was learned. */
interface Merge {
  readonly rank: number;
  readonly made: number;
}

/**
 * Byte-level byte-pair encoding (Sennrich, arXiv 1508.07909; over bytes as in GPT-2) of the words that `words`
 * cuts a text into. Throws a TokenizerError when a byte has no token, or a merge makes none.
 */
export function bpeTokenizer(
  model: BytePairs,
  words: (text: string) => Iterable<string> = splitWords,
): ByteLevelTokenizer {
  const { tokens } = model;
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const bytesOfId = tokens.map((token) => tokenBytes(token) ?? fail(`"${token}" is not spelled in bytes`));
  const idOfByte = byteCharacters.map(
    (character, byte) => ids.get(character) ?? fail(`byte ${byte} has no token`),
  );
  const merges = new Map<number, Merge>();
  model.merges.forEach(([left, right], rank) => {
    const token = `${tokens[left]}${tokens[right]}`;
    const made = ids.get(token) ?? fail(`merge ${rank} makes "${token}", which is no token`);
    merges.set(left * tokens.length + right, { rank, made });
  });
  const mergeOf = (left: number, right: number) => merges.get(left * tokens.length + right);

  const encodeWord = (word: string) =>
    joinPairs(
      Array.from(new TextEncoder().encode(word), (byte) => idOfByte[byte] ?? fail(`no token for ${byte}`)),
      mergeOf,
    );
  const remembered = new Map<string, number[]>();
  const encode = (text: string) => {
    const encoded: number[] = [];
    for (const word of words(text)) {
      const known = remembered.get(word);
      const parts = known ?? encodeWord(word);
      for (const id of parts) encoded.push(id);
      if (known === undefined && word.length <= longestRemembered && remembered.size < rememberedWords) {
        remembered.set(word, parts);
      }
    }
    return Int32Array.from(encoded);
  };
  const decodeBytes = (sequence: ArrayLike<number>) =>
    concatenate(
      Array.from(sequence, (id) => {
        const bytes = bytesOfId[id];
        if (bytes === undefined) throw new RangeError(`token ${id} is not below ${tokens.length}`);
        return bytes;
      }),
    );
  return {
    vocabularySize: tokens.length,
    encode,
    decode: (sequence) => utf8Text(decodeBytes(sequence)),
    decodeBytes,
    toJSON: () => bytePairsJson(model),
  };
}

/**
 * Joins neighbours, the earliest learned pair first and the leftmost of equals, until no pair can be
 * joined: O(n log n), by a queue of candidates over a linked list of what is left.
 */
function joinPairs(ids: number[], mergeOf: (left: number, right: number) => Merge | undefined): number[] {
  const next = ids.map((_, at) => at + 1);
  const previous = ids.map((_, at) => at - 1);
  const queue = new TinyQueue<Merge & { at: number; left: number; right: number }>(
    [],
    (a, b) => a.rank - b.rank || a.at - b.at,
  );
  const offer = (at: number | undefined) => {
    const left = ids[at ?? -1];
    const right = ids[next[at ?? -1] ?? -1];
    if (at === undefined || left === undefined || right === undefined) return;
    const merge = mergeOf(left, right);
    if (merge !== undefined) queue.push({ ...merge, at, left, right });
  };
  for (const at of ids.keys()) offer(at);
  for (let best = queue.pop(); best !== undefined; best = queue.pop()) {
    const { at, left, right, made } = best;
    const absorbed = next[at] ?? -1;
    if (ids[at] !== left || ids[absorbed] !== right) continue;
    const after = next[absorbed] ?? ids.length;
    ids[at] = made;
    ids[absorbed] = gone;
    next[at] = after;
    if (after < ids.length) previous[after] = at;
    offer(previous[at]);
    offer(at);
  }
  return ids.filter((id) => id !== gone);
}

const gone = -1;

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function fail(message: string): never {
  throw new TokenizerError(message);
}
