import { type Curve, type Curves, chartsOf, labelsOf } from "./series.ts";

interface Drawn {
  readonly name: string;
  readonly lines: readonly {
    readonly label: string;
    readonly colour: number;
    readonly dash: number;
    readonly points: Curve["points"];
  }[];
}

/** The curves of a run as charts: what has the same label looks the same in each. */
export function runCharts(curves: Curves): Drawn[] {
  const charts = chartsOf(curves).map((chart) => ({ ...chart, labels: labelsOf(chart.curves) }));
  const known = [...new Set(charts.flatMap(({ labels }) => labels))];
  const single = (labels: readonly string[]) => labels.length === 1;
  return charts.map(({ name, curves: own, labels }) => ({
    name,
    lines: own.map(({ points }, index) => {
      const label = labels[index] ?? name;
      const style = single(labels) ? 0 : known.indexOf(label);
      return { label, colour: style, dash: style, points };
    }),
  }));
}

/** The curves of several runs on the same axes: a run has its colour, and what its labels tell apart a dash each. */
export function comparedCharts(
  runs: readonly { readonly label: string; readonly curves: Curves }[],
): Drawn[] {
  const all = runs.flatMap(({ label, curves }, colour) =>
    [...curves.values()].map((curve) => ({ label, colour, curve })),
  );
  const names = [...new Set(all.map(({ curve }) => curve.name))];
  return names.map((name) => {
    const here = all.filter(({ curve }) => curve.name === name);
    const labels = labelsOf(here.map(({ curve }) => curve));
    const known = [...new Set(labels)];
    return {
      name,
      lines: here.map(({ label, colour, curve }, index) => ({
        label: labels[index] === name ? label : `${label}: ${labels[index]}`,
        colour,
        dash: known.indexOf(labels[index] ?? ""),
        points: curve.points,
      })),
    };
  });
}
