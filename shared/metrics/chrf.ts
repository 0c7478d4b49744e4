import {
  addReference,
  clearReferences,
  countMatches,
  createGramMatcher,
  type GramMatcher,
  gramCount,
} from "./gram-matches.ts";
import { type TextMetric, wanted } from "./metric.ts";
import { splitWords } from "./tokenizers/whitespace.ts";
import { createVocabulary } from "./vocabulary.ts";

export interface ChrfOptions {
  /** The highest n of the n-grams of characters; the default is 6. */
  charOrder?: number;
  /** Of words: 0, the default, for chrF; 2 for chrF++. */
  wordOrder?: number;
  /** How many times more recall weighs than precision; the default is 2. */
  beta?: number;
  lowercase?: boolean;
  /** Whether whitespace is a character. */
  whitespace?: boolean;
  /** The mean of each order's F, as in chrF++.py, NLTK and Moses, instead of the F of the mean precision and recall. */
  epsilonSmoothing?: boolean;
}

/**
 * chrF (Popović, 2015) and chrF++ (2017) as sacrebleu 2.6 computes them, 0 to 100: F of n-grams of characters, and of
 * words; of several references the best. The statistics are the answer's, the reference's and the common n-grams of
 * each order.
 */
export function chrf(options: ChrfOptions = {}): TextMetric {
  const { charOrder = 6, wordOrder = 0, beta = 2 } = options;
  const { lowercase = false, whitespace = false, epsilonSmoothing = false } = options;
  const matcher = createGramMatcher();
  const score = (statistics: Float64Array) =>
    epsilonSmoothing ? meanOfOrders(statistics, beta) : effectiveOrders(statistics, beta);
  return {
    id: wordOrder === 0 ? "chrf" : "chrf++",
    title: `${wordOrder === 0 ? "chrF" : "chrF++"}${beta === 2 ? "" : ` (beta ${beta})`}`,
    size: 3 * (charOrder + wordOrder),
    higherIsBetter: true,
    statistics: (answer, references) => {
      const { encode } = createVocabulary();
      const read = (text: string): Units => {
        const line = lowercase ? text.toLowerCase() : text;
        const parts = splitWords(line);
        return {
          characters: codePoints(whitespace ? line : parts.join("")),
          words: wordOrder === 0 ? new Int32Array(0) : encode(separateEdges(parts)),
        };
      };
      const given = read(answer);
      const all = wanted(references).map((reference) => {
        const other = read(reference);
        return Float64Array.of(
          ...compare(matcher, given.characters, other.characters, charOrder),
          ...compare(matcher, given.words, other.words, wordOrder),
        );
      });
      return all.reduce((best, other) => (score(other) > score(best) ? other : best));
    },
    sentence: score,
    corpus: score,
  };
}

interface Units {
  characters: Int32Array;
  words: Int32Array;
}

function compare(matcher: GramMatcher, answer: Int32Array, reference: Int32Array, order: number): number[] {
  clearReferences(matcher);
  addReference(matcher, reference, order);
  const statistics: number[] = [];
  for (const [below, found] of countMatches(matcher, answer, order).entries()) {
    const has = gramCount(reference.length, below + 1);
    statistics.push(has === 0 ? 0 : gramCount(answer.length, below + 1), has, found);
  }
  return statistics;
}

function codePoints(text: string): Int32Array {
  const points = new Int32Array(text.length);
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at) ?? 0;
    if (point > 0xffff) at++;
    points[count++] = point;
  }
  return points.subarray(0, count);
}

/** Words with one character of ASCII punctuation apart at their end, or else at their start. */
function separateEdges(words: readonly string[]): string[] {
  const parts: string[] = [];
  for (const word of words) {
    const last = word.length - 1;
    if (last > 0 && isPunctuation(word.charCodeAt(last))) parts.push(word.slice(0, last), word.slice(last));
    else if (last > 0 && isPunctuation(word.charCodeAt(0))) parts.push(word.slice(0, 1), word.slice(1));
    else parts.push(word);
  }
  return parts;
}

function isPunctuation(unit: number): boolean {
  return (
    (unit >= 0x21 && unit <= 0x2f) ||
    (unit >= 0x3a && unit <= 0x40) ||
    (unit >= 0x5b && unit <= 0x60) ||
    (unit >= 0x7b && unit <= 0x7e)
  );
}

/** The F of precision and recall, averaged over the orders that both texts are long enough for. */
function effectiveOrders(statistics: Float64Array, beta: number): number {
  let [precision, recall, orders] = [0, 0, 0];
  for (let at = 0; at < statistics.length; at += 3) {
    const [answer = 0, reference = 0, found = 0] = statistics.subarray(at, at + 3);
    if (answer === 0 || reference === 0) continue;
    precision += found / answer;
    recall += found / reference;
    orders++;
  }
  if (precision + recall === 0) return 0;
  precision /= orders;
  recall /= orders;
  const factor = beta ** 2;
  return 100 * (((1 + factor) * precision * recall) / (factor * precision + recall));
}

function meanOfOrders(statistics: Float64Array, beta: number): number {
  const epsilon = 1e-16;
  const factor = beta ** 2;
  let score = 0;
  for (let at = 0; at < statistics.length; at += 3) {
    const [answer = 0, reference = 0, found = 0] = statistics.subarray(at, at + 3);
    const precision = answer > 0 ? found / answer : epsilon;
    const recall = reference > 0 ? found / reference : epsilon;
    const weighed = factor * precision + recall;
    score += weighed > 0 ? ((1 + factor) * precision * recall) / weighed : epsilon;
  }
  return (100 * score) / (statistics.length / 3);
}
