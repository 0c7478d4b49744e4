import { formatPercent } from "../../../report/format.ts";
import type { Figure } from "../../../report/page.ts";
import { scatter } from "../../../report/scatter.ts";
import type { Step } from "../execution/execute.ts";
import { indexes, rowOf, selectRows, valueAt } from "../matrix.ts";
import { clusteredHeatMap } from "../plots/clustered-heat-map.ts";
import { intensityBoxes, missingnessPlot } from "../plots/quality.ts";
import { volcano } from "../plots/volcano.ts";
import { meanOf } from "../spread.ts";
import type { Study } from "../study.ts";
import { rowDistances } from "../tools/distances.ts";
import { hierarchicalClustering } from "../tools/hclust.ts";
import { checkQuality } from "../tools/qc.ts";
import { type Shown, valueOfKind } from "./shown.ts";

/** Proteins that a heat map shows. */
const mostRows = 40;

/** Volcano plots of a comparison. */
export function volcanoFigure({ value, id: step }: Step): Figure | undefined {
  if (value?.kind !== "differential") return undefined;
  const { differential, names, fdr } = value;
  const contrasts = differential.contrasts.map((test) => ({
    name: test.name,
    points: names.map((name, row) => ({
      name,
      logFC: test.logFC[row] ?? Number.NaN,
      p: test.p[row] ?? Number.NaN,
      adjusted: test.adjusted[row] ?? Number.NaN,
    })),
  }));
  return {
    id: `volcano-${step}`,
    caption: `Fold changes and their p values, a panel for each contrast; coloured where the false discovery rate is below ${formatPercent(fdr, 1)}.`,
    draw: ({ width, id }) => volcano({ id, width, title: "Differential abundance", contrasts, fdr }),
  };
}

/** Quality of the samples: what is missing, and what normalisation did. */
export function qualityFigures(shown: Shown): Figure[] {
  const quality = valueOfKind(shown.steps, "quality")?.quality;
  const before = valueOfKind(
    shown.steps.filter(({ id }) => id === "kept"),
    "study",
  );
  if (quality === undefined || quality.samples.length > 120) return [];
  const { groups, styleOf } = shown;
  const samples = quality.samples.map((one) => ({
    name: one.sample,
    style: styleOf(one.sample),
    missingShare: one.missingShare,
    outlying: one.outlying,
  }));
  const boxes = (from: typeof quality) =>
    from.samples.map(({ sample, five }) => ({ name: sample, style: styleOf(sample), five }));
  const states = [
    ...(before === undefined
      ? []
      : [{ name: "Before normalisation", boxes: boxes(checkQuality(before.study)) }]),
    { name: "As analysed", boxes: boxes(quality) },
  ];
  return [
    {
      id: "missing-values",
      caption: "Share of the kept proteins that each sample misses; a star marks a sample that stands out.",
      draw: ({ width, id }) => missingnessPlot({ id, width, title: "Missing values", groups, samples }),
    },
    {
      id: "intensities",
      caption: "Smallest value, quartiles and greatest value of each sample's logarithms.",
      draw: ({ width, id }) =>
        intensityBoxes({ id, width, title: "Intensities", groups, label: "log2 intensity", states }),
    },
  ];
}

/** The samples by their first two principal components. */
export function componentsFigure(shown: Shown): Figure[] {
  const found = valueOfKind(shown.steps, "components");
  if (found === undefined || found.scores.columns.length < 2) return [];
  const { scores, shares } = found;
  const groups = shown.groups.length > 0 ? shown.groups : [{ name: "samples", style: 0 }];
  const axis = (at: number) => `PC${at + 1} (${formatPercent(shares[at] ?? 0, 1)} of the variance)`;
  return [
    {
      id: "principal-components",
      caption: "Samples by the first two principal components of the proteins that all have.",
      draw: ({ width, id }) =>
        scatter({
          id,
          width,
          title: "Principal components",
          x: axis(0),
          y: axis(1),
          labels: scores.rows.length <= 24,
          groups: groups.map(({ name, style }) => ({
            name,
            style,
            points: scores.rows.flatMap((sample, row) =>
              shown.groups.length === 0 || shown.groupOf(sample) === name
                ? [{ name: sample, x: valueAt(scores, row, 0), y: valueAt(scores, row, 1) }]
                : [],
            ),
          })),
        }),
    },
  ];
}

/** The most significant hits over the samples, both in the order of their trees. */
export function heatMapFigure(shown: Shown, { value }: Step): Figure[] {
  const study = shown.analysed;
  if (value?.kind !== "differential" || study === undefined) return [];
  const { differential, names, fdr } = value;
  const best = (row: number) =>
    Math.min(
      ...differential.contrasts
        .map(({ adjusted }) => adjusted[row] ?? 1)
        .map((p) => (Number.isNaN(p) ? 1 : p)),
    );
  const hits = indexes(names.length)
    .filter((row) => best(row) < fdr)
    .sort((a, b) => best(a) - best(b) || a - b)
    .slice(0, mostRows);
  if (hits.length < 3 || study.matrix.columns.length > 200) return [];
  const values = centred(study, hits);
  const rows = hits.map((row) => names[row] ?? "");
  const tree = valueOfKind(shown.steps, "tree")?.tree;
  const rowTree = treeOf(study, hits);
  const columns = study.matrix.columns.map((name) => ({
    name,
    ...(shown.groups.length > 0 && {
      group: shown.groups.findIndex((one) => one.name === shown.groupOf(name)),
    }),
  }));
  return [
    {
      id: "heat-map",
      caption: `The ${hits.length} most significant proteins, each less its mean over the samples, in the order of its tree; the samples in the order of theirs.`,
      draw: ({ width, id }) =>
        clusteredHeatMap({
          id,
          width,
          title: "Most significant proteins",
          rows,
          columns,
          groups: shown.groups,
          values,
          label: "log2 less the protein's mean",
          ...(rowTree && { rowTree }),
          ...(tree && { columnTree: tree }),
        }),
    },
  ];
}

function centred({ matrix }: Study, rows: readonly number[]): Float64Array {
  return Float64Array.from(
    rows.flatMap((row) => {
      const values = rowOf(matrix, row);
      const mean = meanOf(values);
      return Array.from(values, (value) => value - mean);
    }),
  );
}

/** The tree of proteins by correlation; none where two have too little in common. */
function treeOf({ matrix }: Study, rows: readonly number[]) {
  try {
    return hierarchicalClustering(rowDistances(selectRows(matrix, rows), "correlation"), "average");
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
