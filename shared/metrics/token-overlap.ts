import { type Measure, meanOf, measureIndex, overlapStatistics, type TextMetric, wanted } from "./metric.ts";
import { chooseTokenizer, type TokenizerChoice, wordsByScript } from "./tokenizers/tokenizer.ts";

export interface WordOptions {
  /** The default `auto` takes SQuAD's words for Latin script and those of `unicode` for others. */
  tokenizer?: TokenizerChoice;
}

/**
 * Overlap of tokens as bags, as SQuAD 2.0's script has it, from 0 to 1: of several references the one with the
 * highest F; an answer without tokens is right where the reference has none. A corpus has the mean of its answers.
 */
export function tokenF1({
  tokenizer = "auto",
  measure = "f",
}: WordOptions & { measure?: Measure } = {}): TextMetric {
  const choose = chooseTokenizer(tokenizer, wordsByScript("squad"));
  const at = measureIndex[measure];
  return {
    id: measure === "f" ? "token-f1" : `token-${measure}`,
    title: measure === "f" ? "Token F1" : `Token ${measure}`,
    size: 4,
    higherIsBetter: true,
    statistics: (answer, references) => {
      const tokenize = choose(references);
      const given = tokenize(answer);
      return overlapStatistics(references, (reference) => overlap(given, tokenize(reference)));
    },
    sentence: (statistics) => statistics[at] ?? 0,
    corpus: (sum) => meanOf(sum, at),
  };
}

/** 1 where the tokens of the answer are those of a reference, in order; SQuAD's exact match for its words. */
export function exactMatch({ tokenizer = "auto" }: WordOptions = {}): TextMetric {
  const choose = chooseTokenizer(tokenizer, wordsByScript("squad"));
  return {
    id: "exact-match",
    title: "Exact match",
    size: 2,
    higherIsBetter: true,
    statistics: (answer, references) => {
      const tokenize = choose(references);
      const given = tokenize(answer);
      const same = wanted(references).some((reference) => equal(given, tokenize(reference)));
      return Float64Array.of(same ? 1 : 0, 1);
    },
    sentence: (statistics) => statistics[0] ?? 0,
    corpus: (sum) => meanOf(sum, 0),
  };
}

function overlap(given: readonly string[], reference: readonly string[]) {
  if (given.length === 0 || reference.length === 0) {
    const both = given.length === reference.length ? 1 : 0;
    return { precision: both, recall: both };
  }
  const left = new Map<string, number>();
  for (const token of reference) left.set(token, (left.get(token) ?? 0) + 1);
  let hits = 0;
  for (const token of given) {
    const count = left.get(token) ?? 0;
    if (count === 0) continue;
    left.set(token, count - 1);
    hits++;
  }
  return { precision: hits / given.length, recall: hits / reference.length };
}

function equal(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((token, at) => token === other[at]);
}
