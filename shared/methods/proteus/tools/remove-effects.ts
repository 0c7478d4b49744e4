import { formatNumber } from "../../../report/format.ts";
import { indexes, type Matrix } from "../matrix.ts";
import { counted, listed, type Note, noteOf } from "../note.ts";
import type { Covariate, Factor } from "../sample-sheet.ts";
import { meanOf, withinGroupSd } from "../spread.ts";
import { type Contrast, type Design, designOf } from "./design.ts";
import { fitContrasts } from "./linear-fit.ts";

/** A column of the design whose effect is taken out, and how far each sample is from its middle. */
interface Removed {
  readonly column: number;
  readonly distances: Float64Array;
}

/**
 * Takes the effects of covariates, such as a batch's, out of logarithms and leaves what the groups explain (limma's
 * `removeBatchEffect`): for components, trees and modules. A test gets the covariates in its model instead. A protein
 * for which an effect is not determined keeps its values. Throws RangeError where a sample's covariate is unknown or
 * the covariates cannot be told from the groups.
 */
export function removeEffects(
  matrix: Matrix,
  { groups, covariates }: { readonly groups?: Factor; readonly covariates: readonly Covariate[] },
): { readonly matrix: Matrix; readonly note: Note } {
  const design = designOf({ ...(groups && { groups }), covariates }, matrix.columns.length);
  if (design.samples.length < matrix.columns.length) {
    const known = new Set(design.samples);
    const unknown = matrix.columns.filter((_, sample) => !known.has(sample));
    throw new RangeError(
      `samples: ${listed(covariates.map(({ name }) => name))} is not known for ${listed(unknown)}`,
    );
  }
  const removed = covariates.flatMap((covariate) => distancesOf(design, covariate));
  const { contrasts } = fitContrasts(
    matrix,
    design,
    removed.map(({ column }) => unit(design, column)),
  );
  const values = matrix.values.slice();
  const width = matrix.columns.length;
  let kept = 0;
  for (let row = 0; row < matrix.rows.length; row++) {
    const effects = contrasts.map(({ estimate }) => estimate[row] ?? Number.NaN);
    if (effects.some(Number.isNaN)) {
      kept++;
      continue;
    }
    for (let sample = 0; sample < width; sample++)
      for (const [at, { distances }] of removed.entries()) {
        const place = row * width + sample;
        values[place] = (values[place] ?? 0) - (effects[at] ?? 0) * (distances[sample] ?? 0);
      }
  }
  const after = { ...matrix, values };
  const [before, then] = [withinGroupSd(matrix, groups), withinGroupSd(after, groups)];
  const left =
    kept === 0
      ? ""
      : ` ${counted(kept, "protein")} with too few values ${kept === 1 ? "is" : "are"} as before.`;
  const text = `The effects of ${listed(covariates.map(({ name }) => name))} were taken out: the median spread within groups went from ${formatNumber(before)} to ${formatNumber(then)}.${left}`;
  return {
    matrix: after,
    note: noteOf(text, { withinBefore: before, withinAfter: then, proteinsAsBefore: kept }),
  };
}

/** A factor's levels are measured from the mean of all of its levels, a measurement from its mean. */
function distancesOf(design: Design, covariate: Covariate): Removed[] {
  const columns = indexes(design.columns.length).filter((at) => {
    const { kind, term } = design.columns[at] ?? {};
    return kind === "covariate" && term === covariate.name;
  });
  const levels = columns.length + 1;
  return columns.map((column) => {
    const coded = Float64Array.from(
      design.samples,
      (_, row) => design.matrix.values[row * design.columns.length + column] ?? 0,
    );
    const middle = covariate.kind === "factor" ? 1 / levels : meanOf(coded);
    return { column, distances: coded.map((value) => value - middle) };
  });
}

function unit(design: Design, column: number): Contrast {
  const weights = new Float64Array(design.columns.length);
  weights[column] = 1;
  return { name: design.columns[column]?.name ?? "", weights };
}
