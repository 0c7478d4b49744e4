/** Added to a probability that the logarithm is taken of. */
export const epsilon = 1e-10;

/** Pairs of neighbouring words, in lower case; a word is a run of letters, digits or apostrophes. */
export function* bigramsOf(text: string): Generator<string> {
  let last: string | undefined;
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}']+/gu)) {
    if (last !== undefined) yield `${last} ${word}`;
    last = word;
  }
}

/** How often each bigram of some texts occurs, and a number for each. */
export interface BigramCounts {
  readonly numbers: ReadonlyMap<string, number>;
  readonly counts: Float64Array;
  readonly total: number;
}

export function countBigrams(texts: Iterable<string>): BigramCounts {
  const numbers = new Map<string, number>();
  const counts: number[] = [];
  let total = 0;
  for (const text of texts) {
    for (const bigram of bigramsOf(text)) {
      const known = numbers.get(bigram);
      if (known === undefined) numbers.set(bigram, counts.length);
      const number = known ?? counts.length;
      counts[number] = (counts[number] ?? 0) + 1;
      total++;
    }
  }
  return { numbers, counts: Float64Array.from(counts), total };
}

/**
 * KL(test | data) in nats between the distributions of bigrams: the sum over the test's bigrams of
 * p log((p + epsilon) / (q + epsilon)). `data` counts those bigrams alone; `total` counts all of the data's.
 */
export function bigramDivergence(test: BigramCounts, data: Float64Array, total: number): number {
  let sum = 0;
  for (const [number, count] of test.counts.entries()) {
    const p = count / test.total;
    const q = total === 0 ? 0 : (data[number] ?? 0) / total;
    sum += p * Math.log((p + epsilon) / (q + epsilon));
  }
  return sum;
}
