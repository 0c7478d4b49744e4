import { verdicts } from "../judgement.ts";

/** How well one of the labels is found. */
export interface ClassFigures {
  /** Judgements that carry the label. */
  readonly support: number;
  /** Null where the label was never given by the metric. */
  readonly precision: number | null;
  /** Null where no judgement carries the label. */
  readonly recall: number | null;
  /** Harmonic mean; 0 where one of the two is 0 or missing. */
  readonly f1: number;
}

/** How a metric's verdicts stand to people's labels. */
export interface Agreement {
  readonly judgements: number;
  /** Share of verdicts that are the label: first, second or same. What gave no verdict is wrong. */
  readonly accuracy: number;
  /** The same over judgements in which people and the metric both prefer one; null where there is none. */
  readonly decided: number | null;
  /** Mean F1 of the labels that occur. */
  readonly macroF1: number;
  /** F1 over all labels together: below the accuracy's where there were no verdicts, else the same. */
  readonly microF1: number;
  readonly classes: {
    readonly first: ClassFigures;
    readonly second: ClassFigures;
    readonly same: ClassFigures;
  };
  /** Ties: by people, by the metric, and by both. */
  readonly ties: { readonly labelled: number; readonly predicted: number; readonly right: number };
  /** Judgements without a verdict. */
  readonly invalid: number;
}

/** The agreement over `rows` of the judgements. Throws RangeError where there is no row. */
export function agreementOf(labels: Uint8Array, given: Uint8Array, rows: ArrayLike<number>): Agreement {
  if (rows.length === 0) throw new RangeError("agreement of no judgements");
  // By label and verdict: 3 x 4, the last verdict being none.
  const counts = new Float64Array(12);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0;
    const cell = 4 * (labels[row] ?? 0) + (given[row] ?? verdicts.none);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  const count = (label: number, verdict: number) => counts[4 * label + verdict] ?? 0;
  const total = rows.length;
  const right = [0, 1, 2].reduce((sum, label) => sum + count(label, label), 0);
  const invalid = [0, 1, 2].reduce((sum, label) => sum + count(label, verdicts.none), 0);
  const classes = {
    first: classFigures(count, verdicts.first),
    second: classFigures(count, verdicts.second),
    same: classFigures(count, verdicts.same),
  };
  const occurring = Object.values(classes).filter(({ support }) => support > 0);
  const decidedRight = count(0, 0) + count(1, 1);
  const decided = decidedRight + count(0, 1) + count(1, 0);
  return {
    judgements: total,
    accuracy: right / total,
    decided: decided === 0 ? null : decidedRight / decided,
    macroF1: occurring.reduce((sum, { f1 }) => sum + f1, 0) / occurring.length,
    microF1: (2 * right) / (2 * total - invalid),
    classes,
    ties: {
      labelled: classes.same.support,
      predicted: count(0, 2) + count(1, 2) + count(2, 2),
      right: count(2, 2),
    },
    invalid,
  };
}

function classFigures(count: (label: number, verdict: number) => number, label: number): ClassFigures {
  const support = [0, 1, 2, 3].reduce((sum, verdict) => sum + count(label, verdict), 0);
  const predicted = [0, 1, 2].reduce((sum, other) => sum + count(other, label), 0);
  const right = count(label, label);
  return {
    support,
    precision: predicted === 0 ? null : right / predicted,
    recall: support === 0 ? null : right / support,
    f1: support + predicted === 0 ? 0 : (2 * right) / (support + predicted),
  };
}
