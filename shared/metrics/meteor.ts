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
    const { matches, chunks } = countMatches(matchWords(answer, reference, stem));
    if (matches === 0) return 0;
    const precision = matches / answer.length;
    const recall = matches / reference.length;
    const mean = (precision * recall) / (alpha * precision + (1 - alpha) * recall);
    return (1 - gamma * (chunks / matches) ** beta) * mean;
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

/**
 * NLTK's alignment: from the end, each word with the last one of the reference that is left and equal, and then with
 * the last one left of an equal stem. Gives the place in the reference for each word of the answer, -1 for none.
 */
function matchWords(
  answer: readonly string[],
  reference: readonly string[],
  stem: (word: string) => string,
): Int32Array {
  const places = new Int32Array(answer.length).fill(-1);
  const taken = new Uint8Array(reference.length);
  matchEqual(answer, reference, places, taken);
  matchEqual(answer, reference, places, taken, stem);
  return places;
}

/** One stage, among the words that are left; what counts as equal is `form`, the word itself if there is none. */
function matchEqual(
  answer: readonly string[],
  reference: readonly string[],
  places: Int32Array,
  taken: Uint8Array,
  form?: (word: string) => string,
): void {
  const lastPlace = new Map<string, number>();
  const placeBefore = new Int32Array(reference.length);
  for (const [at, word] of reference.entries()) {
    if (taken[at] === 1) continue;
    const key = form === undefined ? word : form(word);
    placeBefore[at] = lastPlace.get(key) ?? -1;
    lastPlace.set(key, at);
  }
  if (lastPlace.size === 0) return;
  for (let at = answer.length - 1; at >= 0; at--) {
    if (places[at] !== -1) continue;
    const word = answer[at] ?? "";
    const key = form === undefined ? word : form(word);
    const place = lastPlace.get(key) ?? -1;
    if (place < 0) continue;
    places[at] = place;
    taken[place] = 1;
    lastPlace.set(key, placeBefore[place] ?? -1);
  }
}

/** How many words are matched, and in how many runs that follow one another in both texts. */
function countMatches(places: Int32Array): { matches: number; chunks: number } {
  let [matches, chunks] = [0, 0];
  for (const [at, place] of places.entries()) {
    if (place < 0) continue;
    matches++;
    const before = at === 0 ? -1 : (places[at - 1] ?? -1);
    if (before < 0 || before + 1 !== place) chunks++;
  }
  return { matches, chunks };
}
