import type { Cells } from "../cells.ts";
import { indexes, type Matrix, matrixOf } from "../matrix.ts";
import { counted, type Note, noteOf } from "../note.ts";
import type { Covariate } from "../sample-sheet.ts";
import { designOf, groupDifference } from "./design.ts";
import { type ContrastTest, differentialAbundance } from "./differential.ts";

export interface Abundances {
  /** [clusters, samples]: how many cells. */
  readonly counts: Matrix;
  /** [clusters, samples]: shares of the sample's cells. */
  readonly shares: Matrix;
  /**
   * [clusters, samples]: ln((n + 1/2) / (N - n + 1/2)), which a linear model of groups and covariates can be fitted to
   * as to log abundances of proteins.
   */
  readonly logits: Matrix;
  readonly note: Note;
}

/** Fewer cells of a sample say little of its shares. */
const fewCells = 100;

/** How much of each sample each cluster is. */
export function clusterAbundances(
  { matrix, sampleOf, sheet }: Cells,
  labels: Int32Array,
  names: readonly string[],
): Abundances {
  const samples = sheet.samples;
  const counts = new Float64Array(names.length * samples.length);
  const totals = new Float64Array(samples.length);
  for (let cell = 0; cell < matrix.rows.length; cell++) {
    const sample = sampleOf[cell] ?? 0;
    const at = (labels[cell] ?? 0) * samples.length + sample;
    counts[at] = (counts[at] ?? 0) + 1;
    totals[sample] = (totals[sample] ?? 0) + 1;
  }
  const of = (change: (n: number, total: number) => number) =>
    matrixOf(
      names,
      samples,
      counts.map((n, at) => change(n, totals[at % samples.length] ?? 0)),
    );
  const few = indexes(samples.length).filter((sample) => (totals[sample] ?? 0) < fewCells).length;
  const text = `A sample has ${Math.min(...totals)} to ${Math.max(...totals)} cells${few === 0 ? "" : `; ${counted(few, "sample")} with fewer than ${fewCells} say little of rare clusters`}.`;
  return {
    counts: of((n) => n),
    shares: of((n, total) => n / total),
    logits: of((n, total) => Math.log((n + 0.5) / (total - n + 0.5))),
    note: noteOf(text, {
      fewestCells: Math.min(...totals),
      mostCells: Math.max(...totals),
      poorSamples: few,
    }),
  };
}

/**
 * Differences of the clusters' logits between two groups, by moderated t as for proteins (Phipson et al. 2022). Cells of
 * one sample are not independent, so samples are compared and not cells. Throws RangeError where the sheet has no such
 * groups, and for groups without residual degrees of freedom.
 */
export function compareAbundances(
  { logits }: Abundances,
  { sheet }: Pick<Cells, "sheet">,
  {
    level,
    reference,
    covariates = [],
  }: { readonly level: string; readonly reference: string; readonly covariates?: readonly Covariate[] },
): ContrastTest {
  if (sheet.groups === undefined) throw new RangeError("samples: no column names the groups");
  const { groups, pairing } = sheet;
  const design = designOf({ groups, covariates, ...(pairing && { pairing }) }, logits.columns.length);
  const [test] = differentialAbundance(logits, design, [groupDifference(design, level, reference)]).contrasts;
  if (test === undefined) throw new RangeError(`${level} and ${reference} cannot be compared`);
  return test;
}
