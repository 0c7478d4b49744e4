import { formatFixed, formatPercent } from "../../../report/format.ts";
import { median, quantiles } from "../../../statistics/quantile.ts";
import { pearson, spearman } from "../association.ts";
import { columnOf, countMissing, indexes, present, rowOf } from "../matrix.ts";
import { counted, listed, type Note, noteOf } from "../note.ts";
import { factorOf, membersOf } from "../sample-sheet.ts";
import { deviation, meanOf, withinGroupSd } from "../spread.ts";
import type { Study } from "../study.ts";

/** What one sample's logarithms look like. */
export interface SampleQuality {
  readonly sample: string;
  readonly group?: string;
  /** Proteins with a number. */
  readonly measured: number;
  readonly missingShare: number;
  /** Smallest, quartiles and greatest. */
  readonly five: readonly number[];
  /** Median of Pearson's r with the other samples of its group; NaN where it is alone in it. */
  readonly likeness: number;
  readonly outlying: boolean;
}

export interface Quality {
  readonly samples: readonly SampleQuality[];
  /** Proteins by how many samples miss them: entry m is of those that m samples miss. */
  readonly proteinsByMissing: readonly number[];
  /**
   * Spearman's rho between a protein's mean and the share of samples that miss it, over the proteins that some miss:
   * clearly below 0 where values are missing because they are small. NaN where too few are missing.
   */
  readonly missingByIntensity: number;
  /** Median over the proteins of their standard deviation within groups. */
  readonly withinGroupSd: number;
  readonly note: Note;
}

/** So many robust standard deviations below the others a sample stands out. */
const outlyingBy = 3.5;
/** And by so much at least, where the samples are very much alike. */
const leastGap = { likeness: 0.02, share: 0.05 };

/** Looks at a study's logarithms before anything is done to them: nothing is changed. */
export function checkQuality(study: Study): Quality {
  const { matrix, sheet } = study;
  const samples = markOutlying(describeSamples(study));
  const missingOf = indexes(matrix.rows.length).map((row) =>
    rowOf(matrix, row).reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0),
  );
  const proteinsByMissing = indexes(matrix.columns.length + 1).map(
    (missing) => missingOf.filter((one) => one === missing).length,
  );
  const quality = {
    samples,
    proteinsByMissing,
    missingByIntensity: intensityRho(study, missingOf),
    withinGroupSd: withinGroupSd(matrix, sheet.groups),
  };
  return { ...quality, note: qualityNote(study, quality) };
}

function describeSamples({ matrix, sheet }: Study): Omit<SampleQuality, "outlying">[] {
  const groups =
    sheet.groups ??
    factorOf(
      "all",
      matrix.columns.map(() => "all samples"),
    );
  const columns = matrix.columns.map((_, column) => columnOf(matrix, column));
  const likeness = likenesses(columns, membersOf(groups));
  return columns.map((values, column) => {
    const measured = present(values).length;
    const group = sheet.groups?.values[column];
    return {
      sample: matrix.columns[column] ?? "",
      ...(group !== undefined && { group }),
      measured,
      missingShare: 1 - measured / matrix.rows.length,
      five: quantiles(values, [0, 0.25, 0.5, 0.75, 1]),
      likeness: likeness[column] ?? Number.NaN,
    };
  });
}

/** For each sample the median of its correlations with the others of its group. */
function likenesses(
  columns: readonly Float64Array[],
  groups: readonly { readonly samples: readonly number[] }[],
): Float64Array {
  const found: number[][] = columns.map(() => []);
  for (const { samples } of groups)
    for (const [at, a] of samples.entries())
      for (const b of samples.slice(at + 1)) {
        const { r } = pearson(columns[a] ?? new Float64Array(), columns[b] ?? new Float64Array());
        found[a]?.push(r);
        found[b]?.push(r);
      }
  return Float64Array.from(found, median);
}

/** Samples that are unlike their group, or have far fewer proteins than the others. */
function markOutlying(samples: readonly Omit<SampleQuality, "outlying">[]): SampleQuality[] {
  const isLow = (values: readonly number[], gap: number) => {
    const middle = median(values);
    const sd = 1.4826 * median(values.map((value) => Math.abs(value - middle)));
    return (value: number) => middle - value > Math.max(outlyingBy * sd, gap);
  };
  const unlike = isLow(
    samples.map(({ likeness }) => likeness),
    leastGap.likeness,
  );
  const poor = isLow(
    samples.map(({ missingShare }) => 1 - missingShare),
    leastGap.share,
  );
  return samples.map((sample) => ({
    ...sample,
    outlying: unlike(sample.likeness) || poor(1 - sample.missingShare),
  }));
}

function intensityRho({ matrix }: Study, missingOf: readonly number[]): number {
  const some = indexes(matrix.rows.length).filter((row) => {
    const missing = missingOf[row] ?? 0;
    return missing > 0 && missing < matrix.columns.length;
  });
  const means = Float64Array.from(some, (row) => meanOf(rowOf(matrix, row)));
  return spearman(
    means,
    Float64Array.from(some, (row) => missingOf[row] ?? 0),
  ).r;
}

function qualityNote({ matrix }: Study, quality: Omit<Quality, "note">): Note {
  const { samples, proteinsByMissing, missingByIntensity } = quality;
  const missing = countMissing(matrix) / matrix.values.length;
  const counts = samples.map(({ measured }) => measured);
  const outlying = samples.filter((one) => one.outlying).map(({ sample }) => sample);
  const parts = [
    `A sample has ${Math.min(...counts)} to ${Math.max(...counts)} of ${counted(matrix.rows.length, "protein")}; ${formatPercent(missing, 1)} of the values are missing, and ${counted(proteinsByMissing[0] ?? 0, "protein")} ${proteinsByMissing[0] === 1 ? "is" : "are"} complete.`,
    missingByIntensity < -0.2
      ? `Values are missing more often where a protein's mean is low (Spearman's rho ${formatFixed(missingByIntensity, 2)}).`
      : "",
    outlying.length === 0
      ? "No sample stands out from its group."
      : `Standing out from their groups: ${listed(outlying)}.`,
  ];
  return noteOf(parts.filter((part) => part !== "").join(" "), {
    missingShare: missing,
    completeProteins: proteinsByMissing[0] ?? 0,
    outlyingSamples: outlying.length,
    missingByIntensity,
    withinGroupSd: quality.withinGroupSd,
    medianSpread: deviation(samples.map(({ five }) => five[2] ?? Number.NaN)),
  });
}
