import { ownString } from "./own-string.ts";
import { type Tokenize, type TokenizerName, tokenizerNamed } from "./tokenizers/tokenizer.ts";

/** In how many documents of a corpus each n-gram is, and how the corpus was read. */
export interface DocumentFrequencies {
  documents: number;
  /** By the n-gram's tokens, joined by line feeds. */
  readonly counts: Map<string, number>;
  readonly tokenize: Tokenize;
  readonly orders: readonly number[];
}

export interface ReadingOptions {
  /** The default is `unicode`: words of all scripts, and Chinese, Japanese and Korean characters. */
  tokenizer?: TokenizerName | Tokenize;
  /** The n of the n-grams; the default is 1 and 2. */
  orders?: readonly number[];
}

/** Reads a corpus once: the references, all answers that are compared with each other, or any other texts. */
export function documentFrequencies(
  texts: Iterable<string>,
  { tokenizer = "unicode", orders = [1, 2] }: ReadingOptions = {},
): DocumentFrequencies {
  const tokenize = typeof tokenizer === "string" ? tokenizerNamed(tokenizer) : tokenizer;
  const counts = new Map<string, number>();
  let documents = 0;
  for (const text of texts) {
    documents++;
    const tokens = tokenize(text);
    const grams = new Set(orders.flatMap((order) => joinGrams(tokens, order)));
    for (const gram of grams) {
      const count = counts.get(gram);
      counts.set(count === undefined ? ownString(gram) : gram, (count ?? 0) + 1);
    }
  }
  return { documents, counts, tokenize, orders };
}

/** Adds the frequencies of other documents, read in the same way, in place. */
export function mergeFrequencies(into: DocumentFrequencies, shard: DocumentFrequencies): void {
  into.documents += shard.documents;
  for (const [gram, count] of shard.counts) into.counts.set(gram, (into.counts.get(gram) ?? 0) + count);
}

/** `ln((N + 1) / (df + 1/2))`, BM25's weight as Lucene has it: above 0 for every n-gram, also one in all documents. */
export function inverseFrequency({ documents, counts }: DocumentFrequencies, gram: string): number {
  return Math.log((documents + 1) / ((counts.get(gram) ?? 0) + 0.5));
}

/** How often a text has each n-gram of the orders, which have to be among those of the corpus: a RangeError else. */
export function countGrams(
  text: string,
  frequencies: DocumentFrequencies,
  orders: readonly number[],
): Map<string, number> {
  const unread = orders.find((order) => !frequencies.orders.includes(order));
  if (unread !== undefined) {
    throw new RangeError(
      `n-grams of order ${unread} were not counted in the corpus: its orders are ${frequencies.orders.join(", ")}`,
    );
  }
  const tokens = frequencies.tokenize(text);
  const counts = new Map<string, number>();
  for (const order of orders) {
    for (const gram of joinGrams(tokens, order)) counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function joinGrams(tokens: readonly string[], order: number): string[] {
  const count = Math.max(0, tokens.length - order + 1);
  return Array.from({ length: count }, (_, at) => tokens.slice(at, at + order).join("\n"));
}
