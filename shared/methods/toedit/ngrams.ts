import { hash } from "node:crypto";

/**
 * Words and runs of punctuation, lowercase: NLTK's WordPunctTokenizer, `\w+|[^\w\s]+`, where \w is Python's: letters
 * and digits of any script, and the underscore.
 */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+/gu) ?? [];
}

/** SHA-256 of the n-gram as a number, modulo `buckets`: DSIR's hash. */
export function bucketOf(ngram: string, buckets: number): number {
  const digest = hash("sha256", ngram, "buffer");
  let rest = 0;
  for (let at = 0; at < 32; at += 4) rest = (rest * 2 ** 32 + digest.readUInt32BE(at)) % buckets; // below 2^53: buckets is at most a million
  return rest;
}

/** Buckets of unigrams and of the words that begin many bigrams are asked for again and again. */
export interface Bucketing {
  readonly buckets: number;
  of(ngram: string): number;
}

/** Buckets with those that were met last in memory, at most `kept` of them. */
export function bucketing(buckets: number, kept = 200_000): Bucketing {
  const known = new Map<string, number>();
  return {
    buckets,
    of(ngram) {
      const found = known.get(ngram);
      if (found !== undefined) return found;
      const bucket = bucketOf(ngram, buckets);
      if (known.size >= kept) known.clear();
      known.set(ngram, bucket);
      return bucket;
    },
  };
}

/** The buckets of a text's unigrams, then of its bigrams (words joined by a space), one for each occurrence. */
export function bucketsOf(words: readonly string[], { of }: Bucketing): number[] {
  const unigrams = words.map(of);
  const bigrams = words.slice(1).map((word, i) => of(`${words[i]} ${word}`));
  return [...unigrams, ...bigrams];
}
