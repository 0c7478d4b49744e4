import { createGramTable } from "./grams.ts";

/** Counts how many n-grams of an answer, n from 1 to `order`, are in its references. Tokens are numbers from 0. */
export interface GramMatcher {
  clear(): void;
  /** A gram counts as often as it is in the reference that has most of it. */
  addReference(tokens: Int32Array): void;
  /** For each n the number of the answer's n-grams in the references, each as often as they have it at most. */
  matches(answer: Int32Array): Int32Array;
}

export function createGramMatcher(order: number): GramMatcher {
  const table = createGramTable();
  let limits = new Int32Array(1 << 10);
  let counts = new Int32Array(1 << 10);

  const fit = (size: number) => {
    if (size <= limits.length) return;
    const larger = new Int32Array(size * 2);
    larger.set(limits);
    limits = larger;
    counts = new Int32Array(size * 2);
  };

  return {
    clear: () => {
      limits.fill(0, 0, table.size());
      table.clear();
    },
    addReference: (tokens) => {
      fit(table.size() + tokens.length * order);
      for (let start = 0; start < tokens.length; start++) {
        const end = Math.min(start + order, tokens.length);
        for (let at = start, gram = -1; at < end; at++) {
          gram = table.add(gram, tokens[at] ?? 0);
          counts[gram] = (counts[gram] ?? 0) + 1;
        }
      }
      const size = table.size();
      for (let gram = 0; gram < size; gram++) {
        limits[gram] = Math.max(limits[gram] ?? 0, counts[gram] ?? 0);
      }
      counts.fill(0, 0, size);
    },
    matches: (answer) => {
      const found = new Int32Array(order);
      for (let start = 0; start < answer.length; start++) {
        const end = Math.min(start + order, answer.length);
        for (let at = start, gram = -1; at < end; at++) {
          gram = table.find(gram, answer[at] ?? 0);
          // A gram that is nowhere begins no gram that is somewhere.
          if (gram < 0) break;
          const count = (counts[gram] ?? 0) + 1;
          counts[gram] = count;
          if (count <= (limits[gram] ?? 0)) found[at - start] = (found[at - start] ?? 0) + 1;
        }
      }
      counts.fill(0, 0, table.size());
      return found;
    },
  };
}

/** How many n-grams a text of that many tokens has. */
export function gramCount(tokens: number, n: number): number {
  return Math.max(0, tokens - n + 1);
}
