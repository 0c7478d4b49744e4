/** Buckets that n-grams are counted in. */
const buckets = 2 ** 18;

export interface NgramRange {
  /** Characters of the shortest and of the longest n-gram. */
  readonly shortest: number;
  readonly longest: number;
}

/** In how many texts each bucket's n-grams occur. */
export interface Frequencies {
  readonly texts: number;
  readonly counts: Uint32Array;
}

export const noFrequencies = (): Frequencies => ({ texts: 0, counts: new Uint32Array(buckets) });

/** A text's n-grams: the buckets that have any, in the order of their first, and how many each has. */
export interface NgramCounts {
  readonly buckets: readonly number[];
  countOf(bucket: number): number;
}

/** Counts the n-grams of one text after the other; what it answers holds until the next text. */
export type Counter = (text: string) => NgramCounts;

/** N-grams are of characters within words in lower case, with a space on either side of each word. */
export function ngramCounter({ shortest, longest }: NgramRange): Counter {
  const counts = new Uint32Array(buckets);
  let seen: number[] = [];
  const countOf = (bucket: number) => counts[bucket] as number; // a bucket is below their number
  const add = (bucket: number) => {
    const before = countOf(bucket);
    if (before === 0) seen.push(bucket);
    counts[bucket] = before + 1;
  };
  return (text) => {
    for (const bucket of seen) counts[bucket] = 0;
    seen = [];
    for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+|[^\p{L}\p{N}\s]+/gu)) {
      const padded = ` ${word} `;
      for (let from = 0; from < padded.length; from++) {
        let hash = 0x811c_9dc5;
        const end = Math.min(padded.length, from + longest);
        for (let at = from; at < end; at++) {
          hash = Math.imul(hash ^ padded.charCodeAt(at), 0x0100_0193);
          if (at - from + 1 >= shortest) add(mix(hash) % buckets);
        }
      }
    }
    return { buckets: seen, countOf };
  };
}

/** Adds a text to the frequencies, in place. */
export function addText({ counts }: Pick<Frequencies, "counts">, ngrams: NgramCounts): void {
  for (const bucket of ngrams.buckets) counts[bucket] = (counts[bucket] as number) + 1; // a bucket is below their number
}

/** Weights of a text's n-grams by bucket: (1 + ln tf) (1 + ln((1 + N) / (1 + df))), of length 1 together. */
export function weightsOf(
  { buckets: seen, countOf }: NgramCounts,
  { texts, counts }: Frequencies,
): Map<number, number> {
  const weights = new Map<number, number>();
  let squares = 0;
  for (const bucket of seen) {
    const idf = 1 + Math.log((1 + texts) / (1 + (counts[bucket] as number)));
    const weight = (1 + Math.log(countOf(bucket))) * idf;
    weights.set(bucket, weight);
    squares += weight * weight;
  }
  const length = Math.sqrt(squares);
  for (const [bucket, weight] of weights) weights.set(bucket, weight / length);
  return weights;
}

/**
 * Adds a text's TF-IDF vector to `into`: every bucket goes to four of its numbers, with signs, all by hash. The dot
 * product of two such vectors is that of the sparse ones in expectation, with a standard deviation of about
 * 1 / sqrt(numbers).
 */
export function sketch(weights: ReadonlyMap<number, number>, into: Float32Array): void {
  for (const [bucket, weight] of weights) scatter(into, bucket, weight / 2);
}

/** Adds a weight to four places with signs of their own. */
function scatter(into: Float32Array, bucket: number, weight: number): void {
  for (let copy = 0; copy < 4; copy++) {
    const hash = mix(bucket * 4 + copy + 1);
    const at = (hash >>> 1) % into.length;
    into[at] = (into[at] as number) + ((hash & 1) === 0 ? weight : -weight); // at is within its length
  }
}

/** MurmurHash3's last steps: every bit of the number moves every bit of the result. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
