/** A metric that compares an answer with references, one or several. What it keeps between calls changes no score. */
export interface TextMetric {
  /** Short and stable, such as `rouge1-f`: a key of tables and charts. */
  readonly id: string;
  /** As people read it, with the options that change the score. */
  readonly title: string;
  /** How many numbers `statistics` gives. */
  readonly size: number;
  readonly higherIsBetter: boolean;
  /**
   * Sufficient statistics of one answer: their sums over answers are those of the corpus, so that scoring shards and
   * merges. Throws a RangeError without a reference.
   */
  statistics(answer: string, references: readonly string[]): Float64Array;
  /** The score of one answer (0 to 1 or 0 to 100 as the reference implementation has it). */
  sentence(statistics: Float64Array): number;
  /** The score of a corpus from summed statistics. */
  corpus(sum: Float64Array): number;
}

/** What of the overlap counts: per token of the answer, per token of the reference, or the harmonic mean of both. */
export type Measure = "precision" | "recall" | "f";

/** `2pr / (p + r)`, 0 where both are. */
export function fMeasure(precision: number, recall: number): number {
  return precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
}

/** The value and the number of statistics whose corpus score is the mean over answers. */
export function meanOf(sum: Float64Array, at: number): number {
  const answers = sum[sum.length - 1] ?? 0;
  return answers === 0 ? 0 : (sum[at] ?? 0) / answers;
}

/** Where the measure stands in `overlapStatistics`. */
export const measureIndex = { precision: 0, recall: 1, f: 2 } as const satisfies Record<Measure, number>;

/**
 * Precision, recall and F of the reference with the highest F, the first of equals (as rouge-score and SQuAD's
 * script do), and a 1 that counts the answers.
 */
export function overlapStatistics(
  references: readonly string[],
  overlap: (reference: string) => { precision: number; recall: number },
): Float64Array {
  const best = new Float64Array(4);
  best[2] = -1;
  for (const reference of wanted(references)) {
    const { precision, recall } = overlap(reference);
    const f = fMeasure(precision, recall);
    if (f > (best[2] ?? 0)) best.set([precision, recall, f, 1]);
  }
  return best;
}

/** The references, of which there has to be one: throws a RangeError otherwise. */
export function wanted(references: readonly string[]): readonly string[] {
  if (references.length === 0)
    throw new RangeError("an answer is scored against one reference or several, not none");
  return references;
}
