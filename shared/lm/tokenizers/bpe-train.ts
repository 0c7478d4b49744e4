import TinyQueue from "tinyqueue";
import { byteCharacters } from "./byte-characters.ts";
import type { BytePairs } from "./byte-pairs.ts";
import { splitWords } from "./words.ts";

/** A word of the text as the ids it is made of now, and how often it occurs. */
interface Word {
  ids: number[];
  readonly count: number;
}

/** Neighbouring ids: how often they occur in the text, and the words that they may be found in. */
interface Pair {
  readonly left: number;
  readonly right: number;
  count: number;
  readonly words: Set<Word>;
}

/** A pair with its count when it was queued. */
interface Candidate {
  readonly pair: Pair;
  readonly count: number;
}

/**
 * Learns byte-level BPE from texts: ids 0 to 255 are the bytes, and each further one joins the pair that is
 * then most frequent (of equals, the one of the lowest ids), until `vocabularySize` tokens are reached or no
 * pair occurs `minFrequency` times. The same texts always give the same model.
 */
export function trainBpe(
  texts: Iterable<string>,
  { vocabularySize, minFrequency = 2 }: { vocabularySize: number; minFrequency?: number },
): BytePairs {
  if (!Number.isInteger(vocabularySize) || vocabularySize < 256) {
    throw new RangeError(`a byte-level vocabulary has at least 256 tokens, not ${vocabularySize}`);
  }
  const tokens = [...byteCharacters];
  const idOfToken = new Map(tokens.map((token, id) => [token, id]));
  const merges = new Map<string, [number, number]>();
  const pairs = pairTable(vocabularySize);
  for (const word of countWords(texts)) pairs.add(word);
  pairs.settle();
  while (tokens.length < vocabularySize) {
    const pair = pairs.mostFrequent();
    if (pair === undefined || pair.count < minFrequency) break;
    const token = `${tokens[pair.left]}${tokens[pair.right]}`;
    const made = idOfToken.get(token) ?? tokens.push(token) - 1;
    idOfToken.set(token, made);
    // A token made in two ways can bring back a pair that was learned before: its first rank stands.
    const key = `${pair.left} ${pair.right}`;
    if (!merges.has(key)) merges.set(key, [pair.left, pair.right]);
    for (const word of [...pair.words]) {
      pairs.remove(word);
      word.ids = joined(word.ids, pair, made);
      pairs.add(word);
    }
    pairs.settle();
  }
  return { tokens, merges: [...merges.values()] };
}

function countWords(texts: Iterable<string>): Word[] {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const word of splitWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return Array.from(counts, ([word, count]) => ({ ids: [...new TextEncoder().encode(word)], count }));
}

/**
 * Counts of all pairs, kept as words change. The queue may hold counts that have changed since: such a
 * candidate is dropped when it comes up, since `settle` has queued the pair's new count.
 */
function pairTable(vocabularySize: number) {
  const pairs = new Map<number, Pair>();
  const changed = new Set<Pair>();
  const queue = new TinyQueue<Candidate>(
    [],
    (a, b) => b.count - a.count || a.pair.left - b.pair.left || a.pair.right - b.pair.right,
  );
  const pairOf = (left: number, right: number) => {
    const key = left * vocabularySize + right;
    const known = pairs.get(key);
    if (known !== undefined) return known;
    const pair: Pair = { left, right, count: 0, words: new Set() };
    pairs.set(key, pair);
    return pair;
  };
  return {
    add: (word: Word) => {
      for (const [left, right] of neighbours(word)) {
        const pair = pairOf(left, right);
        pair.count += word.count;
        pair.words.add(word);
        changed.add(pair);
      }
    },
    remove: (word: Word) => {
      for (const [left, right] of neighbours(word)) {
        const pair = pairOf(left, right);
        pair.count -= word.count;
        pair.words.delete(word);
        changed.add(pair);
      }
    },
    settle: () => {
      for (const pair of changed) {
        if (pair.count > 0) queue.push({ pair, count: pair.count });
        else pairs.delete(pair.left * vocabularySize + pair.right);
      }
      changed.clear();
    },
    mostFrequent: (): Pair | undefined => {
      for (let best = queue.pop(); best !== undefined; best = queue.pop()) {
        if (best.count === best.pair.count) return best.pair;
      }
      return undefined;
    },
  };
}

function* neighbours({ ids }: Word): Generator<[number, number]> {
  for (let at = 0; at + 1 < ids.length; at++) yield [ids[at] ?? 0, ids[at + 1] ?? 0];
}

function joined(ids: readonly number[], { left, right }: Pair, made: number): number[] {
  const result: number[] = [];
  for (let at = 0; at < ids.length; at++) {
    const here = ids[at] ?? 0;
    const found = here === left && ids[at + 1] === right;
    result.push(found ? made : here);
    if (found) at++;
  }
  return result;
}
