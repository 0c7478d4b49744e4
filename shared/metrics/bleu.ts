import { addReference, clearReferences, countMatches, createGramMatcher, gramCount } from "./gram-matches.ts";
import { type TextMetric, wanted } from "./metric.ts";
import { chooseTokenizer, type TokenizerChoice } from "./tokenizers/tokenizer.ts";
import { createVocabulary } from "./vocabulary.ts";

/** What stands in for an order without a match; `floor` and `add-k` take a value. */
export type Smoothing = "exp" | "floor" | "add-k" | "none";

export interface BleuOptions {
  /** The default `auto` takes `13a`, and by the references' script `zh` for Chinese, `char` for Japanese and Korean. */
  tokenizer?: TokenizerChoice;
  /** The default is `exp`. */
  smoothing?: Smoothing;
  /** The number of matches that `floor` gives to an order without one (default .1), or that `add-k` adds (default 1). */
  smoothingValue?: number;
  /** The highest n of the n-grams; the default is 4. */
  maxOrder?: number;
  lowercase?: boolean;
  /** Smoothing also of an answer that shares no word, as sacrebleu did before version 2.0, which scores it 0. */
  smoothNoMatch?: boolean;
}

const byScript = { latin: "13a", chinese: "zh", japanese: "char", korean: "char", other: "13a" } as const;

/**
 * BLEU (Papineni et al., 2002) as sacrebleu 2.6 computes it, 0 to 100: of several references the closest length, and
 * of each n-gram the largest count. A sentence has the orders up to its own length alone (`effective_order`), a corpus
 * has all. The statistics are both lengths, the matches of each order and the n-grams of each order.
 */
export function bleu(options: BleuOptions = {}): TextMetric {
  const { tokenizer = "auto", smoothing = "exp", smoothingValue, maxOrder = 4 } = options;
  const { lowercase = false, smoothNoMatch = false } = options;
  const choose = chooseTokenizer(tokenizer, byScript);
  const matcher = createGramMatcher();
  const value = smoothingValue ?? (smoothing === "floor" ? 0.1 : 1);
  const score = (statistics: Float64Array, effective: boolean) =>
    bleuScore(statistics, { maxOrder, smoothing, value, smoothNoMatch, effective });
  return {
    id: "bleu",
    title: `BLEU (${typeof tokenizer === "string" ? tokenizer : "own tokens"}, ${smoothing})`,
    size: 2 + 2 * maxOrder,
    higherIsBetter: true,
    statistics: (answer, references) => {
      const tokenize = choose(references);
      const { encode } = createVocabulary();
      const tokens = (text: string) => encode(tokenize(lowercase ? text.toLowerCase() : text));
      clearReferences(matcher);
      const lengths = wanted(references).map((reference) => {
        const ids = tokens(reference);
        addReference(matcher, ids, maxOrder);
        return ids.length;
      });
      const given = tokens(answer);
      const statistics = new Float64Array(2 + 2 * maxOrder);
      statistics[0] = given.length;
      statistics[1] = closest(lengths, given.length);
      statistics.set(countMatches(matcher, given, maxOrder), 2);
      for (let n = 1; n <= maxOrder; n++) statistics[1 + maxOrder + n] = gramCount(given.length, n);
      return statistics;
    },
    sentence: (statistics) => score(statistics, true),
    corpus: (sum) => score(sum, false),
  };
}

/** The nearest length, the shorter of two as near. */
function closest(lengths: readonly number[], length: number): number {
  return lengths.reduce((best, other) => {
    const nearer = Math.abs(other - length) - Math.abs(best - length);
    return nearer < 0 || (nearer === 0 && other < best) ? other : best;
  });
}

interface Scoring {
  maxOrder: number;
  smoothing: Smoothing;
  value: number;
  smoothNoMatch: boolean;
  effective: boolean;
}

function bleuScore(statistics: Float64Array, scoring: Scoring): number {
  const { maxOrder, smoothing, value, smoothNoMatch, effective } = scoring;
  const matches = statistics.subarray(2, 2 + maxOrder);
  const totals = statistics.subarray(2 + maxOrder);
  if (!smoothNoMatch && matches.every((count) => count === 0)) return 0;
  let [logarithms, orders, share] = [0, maxOrder, 1];
  for (let n = 0; n < maxOrder; n++) {
    const added = smoothing === "add-k" && n > 0 ? value : 0;
    const total = (totals[n] ?? 0) + added;
    const matched = (matches[n] ?? 0) + added;
    // An order that no answer is long enough for has no precision, and neither have those above it.
    if (total === 0) {
      if (!effective || n === 0) return 0;
      orders = n;
      break;
    }
    if (matched === 0) share *= 2;
    if (matched > 0) logarithms += Math.log((100 * matched) / total);
    else if (smoothing === "exp") logarithms += Math.log(100 / (share * total));
    else if (smoothing === "floor" && value > 0) logarithms += Math.log((100 * value) / total);
    else return 0;
  }
  return brevityPenalty(statistics) * Math.exp(logarithms / orders);
}

function brevityPenalty([answer = 0, reference = 0]: Float64Array): number {
  if (answer >= reference) return 1;
  return answer > 0 ? Math.exp(1 - reference / answer) : 0;
}
