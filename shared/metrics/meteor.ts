import { meanOf, type TextMetric, wanted } from "./metric.ts";
import { createStemmer } from "./porter.ts";
import { chooseTokenizer, type TokenizerChoice } from "./tokenizers/tokenizer.ts";

export interface MeteorOptions {
  /** The default `auto` takes `13a` for Latin script and `unicode` for others; all are lower-cased. */
  tokenizer?: TokenizerChoice;
  /** How much more precision than recall is in the mean's denominator; the default is .9, which is for recall. */
  alpha?: number;
  /** How steeply the penalty grows with the share of chunks; the default is 3. */
  beta?: number;
  /** The largest penalty; the default is .5. */
  gamma?: number;
}

const byScript = {
  latin: "13a",
  chinese: "unicode",
  japanese: "unicode",
  korean: "unicode",
  other: "unicode",
} as const;

/**
 * METEOR (Lavie and Agarwal, 2007) with its two stages that need no dictionary: equal words, then equal stems. There
 * is no WordNet, so that scores are those of NLTK without its synonyms, below the published ones. 0 to 1; of several
 * references the best; a corpus has the mean of its answers.
 */
export function meteor(options: MeteorOptions = {}): TextMetric {
  const { tokenizer = "auto", alpha = 0.9, beta = 3, gamma = 0.5 } = options;
  const choose = chooseTokenizer(tokenizer, byScript);
  const stem = createStemmer();
  const score = (answer: readonly string[], reference: readonly string[]) => {
    const matches = matchWords(answer, reference, stem);
    if (matches.length === 0) return 0;
    const precision = matches.length / answer.length;
    const recall = matches.length / reference.length;
    const mean = (precision * recall) / (alpha * precision + (1 - alpha) * recall);
    return (1 - gamma * (countChunks(matches) / matches.length) ** beta) * mean;
  };
  return {
    id: "meteor",
    title: "METEOR (no WordNet)",
    size: 2,
    higherIsBetter: true,
    statistics: (answer, references) => {
      const tokenize = choose(references);
      const words = (text: string) => tokenize(text).map((token) => token.toLowerCase());
      const given = words(answer);
      const scores = wanted(references).map((reference) => score(given, words(reference)));
      return Float64Array.of(Math.max(...scores), 1);
    },
    sentence: (statistics) => statistics[0] ?? 0,
    corpus: (sum) => meanOf(sum, 0),
  };
}

interface Match {
  answer: number;
  reference: number;
}

/** NLTK's alignment: from the end, each word with the last one of the reference that is left and equal. */
function matchWords(
  answer: readonly string[],
  reference: readonly string[],
  stem: (word: string) => string,
): Match[] {
  const answerLeft = new Set(answer.keys());
  const referenceLeft = new Set(reference.keys());
  const matches: Match[] = [];
  const stage = (same: (word: string) => string) => {
    const places = Map.groupBy(referenceLeft, (at) => same(reference[at] ?? ""));
    for (const at of [...answerLeft].reverse()) {
      const place = places.get(same(answer[at] ?? ""))?.pop();
      if (place === undefined) continue;
      answerLeft.delete(at);
      referenceLeft.delete(place);
      matches.push({ answer: at, reference: place });
    }
  };
  stage((word) => word);
  stage(stem);
  return matches.sort((one, other) => one.answer - other.answer);
}

/** Runs of matches that follow one another in both texts. */
function countChunks(matches: readonly Match[]): number {
  return matches.filter(({ answer, reference }, at) => {
    const before = matches[at - 1];
    return before === undefined || before.answer + 1 !== answer || before.reference + 1 !== reference;
  }).length;
}
