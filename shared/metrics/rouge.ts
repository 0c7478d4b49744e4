import { addReference, clearReferences, countMatches, createGramMatcher, gramCount } from "./gram-matches.ts";
import { lcsLength, lcsPattern, markLcs } from "./lcs.ts";
import { type Measure, meanOf, measureIndex, overlapStatistics, type TextMetric } from "./metric.ts";
import { chooseTokenizer, type TokenizerChoice, wordsByScript } from "./tokenizers/tokenizer.ts";
import { createVocabulary } from "./vocabulary.ts";

export type RougeKind = "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "L" | "Lsum";

export interface RougeOptions {
  /** n-grams of that order, longest common subsequence, or its union over sentences, which are lines. */
  kind: RougeKind;
  /** The default is F. */
  measure?: Measure;
  /** The default `auto` takes rouge-score's tokens for Latin script and those of `unicode` for others. */
  tokenizer?: TokenizerChoice;
  /** Porter's stemmer on words of a-z longer than three letters; the default is true. A function of yours stems itself. */
  stem?: boolean;
}

interface Overlap {
  /** Of the reference's and of the answer's units. */
  hits: number;
  answer: number;
  reference: number;
}

type Compare = (answer: string, reference: string, tokenize: (text: string) => string[]) => Overlap;

/**
 * ROUGE (Lin, 2004) as rouge-score 0.1.2 computes it, from 0 to 1; of several references the one with the highest F.
 * A corpus has the mean of its answers. The statistics are precision, recall, F and 1, whatever `measure` is.
 */
export function rouge({ kind, measure = "f", tokenizer = "auto", stem = true }: RougeOptions): TextMetric {
  const choose = chooseTokenizer(tokenizer, wordsByScript("rouge"), stem);
  const compare = comparison(kind);
  const at = measureIndex[measure];
  return {
    id: `rouge${kind}-${measure}`,
    title: `ROUGE-${kind} ${measure === "f" ? "F" : measure}`,
    size: 4,
    higherIsBetter: true,
    statistics: (answer, references) => {
      const tokenize = choose(references);
      return overlapStatistics(references, (reference) => {
        const overlap = compare(answer, reference, tokenize);
        return {
          precision: overlap.hits / Math.max(overlap.answer, 1),
          recall: overlap.hits / Math.max(overlap.reference, 1),
        };
      });
    },
    sentence: (statistics) => statistics[at] ?? 0,
    corpus: (sum) => meanOf(sum, at),
  };
}

function comparison(kind: RougeKind): Compare {
  if (kind === "L") return compareSubsequences;
  if (kind === "Lsum") return compareLines;
  const order = Number(kind);
  const matcher = createGramMatcher();
  return (answer, reference, tokenize) => {
    const { encode } = createVocabulary();
    const wanted = encode(tokenize(reference));
    const given = encode(tokenize(answer));
    clearReferences(matcher);
    addReference(matcher, wanted, order);
    return {
      hits: countMatches(matcher, given, order)[order - 1] ?? 0,
      answer: gramCount(given.length, order),
      reference: gramCount(wanted.length, order),
    };
  };
}

function compareSubsequences(
  answer: string,
  reference: string,
  tokenize: (text: string) => string[],
): Overlap {
  const { encode } = createVocabulary();
  const wanted = encode(tokenize(reference));
  const given = encode(tokenize(answer));
  return { hits: lcsLength(lcsPattern(wanted), given), answer: given.length, reference: wanted.length };
}

/**
 * For each line of the reference the union of its common subsequences with the answer's lines (Lin, 3.2); a token
 * hits no more often than it is in the answer, as in ROUGE-1.5.5.
 */
function compareLines(answer: string, reference: string, tokenize: (text: string) => string[]): Overlap {
  const { encode, numbers } = createVocabulary();
  const lines = (text: string) => text.split("\n").map((line) => encode(tokenize(line)));
  const wanted = lines(reference);
  const given = lines(answer);
  const left = new Int32Array(numbers.size);
  for (const line of given) for (const token of line) left[token] = (left[token] ?? 0) + 1;
  let hits = 0;
  for (const line of wanted) {
    const pattern = lcsPattern(line);
    const union = new Uint8Array(line.length);
    for (const other of given) markLcs(pattern, other, union);
    for (const [at, token] of line.entries()) {
      const count = left[token] ?? 0;
      if (union[at] === 0 || count === 0) continue;
      left[token] = count - 1;
      hits++;
    }
  }
  return { hits, answer: total(given), reference: total(wanted) };
}

function total(lines: readonly Int32Array[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0);
}
