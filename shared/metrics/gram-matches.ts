import { addGram, clearGrams, createGramTable, findGram, type GramTable } from "./grams.ts";

/** Counts how many n-grams of an answer are in its references. Its arrays are used again for the next answer. */
export interface GramMatcher {
  readonly table: GramTable;
  /** By the number of a gram how often it is in the reference that has most of it. */
  limits: Int32Array;
  /** How often it is in the text that is being read; 0 between calls. */
  counts: Int32Array;
}

export function createGramMatcher(): GramMatcher {
  return { table: createGramTable(), limits: new Int32Array(1 << 10), counts: new Int32Array(1 << 10) };
}

export function clearReferences(matcher: GramMatcher): void {
  matcher.limits.fill(0, 0, matcher.table.size);
  clearGrams(matcher.table);
}

/** Adds the n-grams of a reference, n from 1 to `order`. Tokens are numbers from 0. */
export function addReference(matcher: GramMatcher, tokens: Int32Array, order: number): void {
  const { table } = matcher;
  makeRoom(matcher, table.size + tokens.length * order);
  const { limits, counts } = matcher;
  for (let start = 0; start < tokens.length; start++) {
    const end = Math.min(start + order, tokens.length);
    for (let at = start, gram = -1; at < end; at++) {
      gram = addGram(table, gram, tokens[at] ?? 0);
      counts[gram] = (counts[gram] ?? 0) + 1;
    }
  }
  for (let gram = 0; gram < table.size; gram++) {
    limits[gram] = Math.max(limits[gram] ?? 0, counts[gram] ?? 0);
  }
  counts.fill(0, 0, table.size);
}

/** For n from 1 to `order` the answer's n-grams that are in the references, each as often as one has it at most. */
export function countMatches(
  { table, limits, counts }: GramMatcher,
  answer: Int32Array,
  order: number,
): Int32Array {
  const found = new Int32Array(order);
  for (let start = 0; start < answer.length; start++) {
    const end = Math.min(start + order, answer.length);
    for (let at = start, gram = -1; at < end; at++) {
      gram = findGram(table, gram, answer[at] ?? 0);
      // A gram that is nowhere begins no gram that is somewhere.
      if (gram < 0) break;
      const count = (counts[gram] ?? 0) + 1;
      counts[gram] = count;
      if (count <= (limits[gram] ?? 0)) found[at - start] = (found[at - start] ?? 0) + 1;
    }
  }
  counts.fill(0, 0, table.size);
  return found;
}

/** How many n-grams a text of that many tokens has. */
export function gramCount(tokens: number, n: number): number {
  return Math.max(0, tokens - n + 1);
}

function makeRoom(matcher: GramMatcher, grams: number): void {
  if (grams <= matcher.limits.length) return;
  const limits = new Int32Array(grams * 2);
  limits.set(matcher.limits);
  matcher.limits = limits;
  matcher.counts = new Int32Array(grams * 2);
}
