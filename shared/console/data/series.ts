import type { MetricSeries } from "../../resources/runs/record.ts";

/** The points of one curve, by step. */
export interface Curve {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly points: ReadonlyMap<number, number | null>;
}

/** Curves by what tells them apart. */
export type Curves = ReadonlyMap<string, Curve>;

const keyOf = ({ name, labels }: Pick<MetricSeries, "name" | "labels">) =>
  JSON.stringify([name, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);

/** The curves with further pieces: a later point at a step replaces the earlier one. */
export function fold(curves: Curves, pieces: readonly MetricSeries[]): Curves {
  if (pieces.length === 0) return curves;
  const folded = new Map(curves);
  const fresh = new Map<string, Map<number, number | null>>();
  for (const { name, labels, points } of pieces) {
    const key = keyOf({ name, labels });
    const own = fresh.get(key) ?? new Map(folded.get(key)?.points);
    for (const [step, value] of points) own.set(step, value);
    fresh.set(key, own);
    folded.set(key, { name, labels, points: own });
  }
  return folded;
}

/** The curves of one name. */
export interface Chart {
  readonly name: string;
  readonly curves: readonly Curve[];
}

/** The curves by name, in the order in which names first came. */
export function chartsOf(curves: Curves): Chart[] {
  const all = [...curves.values()];
  return [...new Set(all.map(({ name }) => name))].map((name) => ({
    name,
    curves: all.filter((curve) => curve.name === name),
  }));
}

/** The labels that tell curves apart, as words: those that all share are left out. */
export function labelsOf(curves: readonly Pick<Curve, "name" | "labels">[]): string[] {
  const names = [...new Set(curves.flatMap(({ labels }) => Object.keys(labels)))];
  const telling = names.filter((name) => new Set(curves.map(({ labels }) => labels[name])).size > 1);
  return curves.map(({ name, labels }) => {
    const own = telling.flatMap((label) =>
      labels[label] === undefined ? [] : [[label, labels[label]] as const],
    );
    if (own.length === 0) return name;
    return own.map(([label, value]) => (/^[\d.]+$/.test(value) ? `${label} ${value}` : value)).join(", ");
  });
}

/** Curves on one axis of steps, as uPlot takes them; undefined where a curve has no point, null where it is not finite. */
export function aligned(curves: readonly Pick<Curve, "points">[]): {
  readonly steps: number[];
  readonly values: (number | null | undefined)[][];
} {
  const steps = [...new Set(curves.flatMap(({ points }) => [...points.keys()]))].sort((a, b) => a - b);
  return { steps, values: curves.map(({ points }) => steps.map((step) => points.get(step))) };
}
