import { type Json, same } from "./json.ts";
import { leavesOf } from "./leaves.ts";

/** One leaf of several values, side by side; undefined where a value has no such leaf. */
export interface Beside {
  readonly path: string;
  readonly values: readonly (Json | undefined)[];
  readonly differs: boolean;
}

/** The leaves of several values side by side, in the order in which they are first met. */
export function sideBySide(values: readonly (Json | undefined)[]): Beside[] {
  const leaves = values.map((value) => new Map(leavesOf(value).map((leaf) => [leaf.path, leaf.value])));
  const paths = new Set(leaves.flatMap((map) => [...map.keys()]));
  return [...paths].map((path) => {
    const here = leaves.map((map) => map.get(path));
    return { path, values: here, differs: here.some((value) => !same(value, here[0])) };
  });
}

/** Those of which at least one value is a number. */
export const figuresOf = (rows: readonly Beside[]): Beside[] =>
  rows.filter(({ values }) => values.some((value) => typeof value === "number"));

/** How far a figure is from the first one, as a share of it: `+3.2 %`; undefined where that says nothing. */
export function changeFrom(first: Json | undefined, value: Json | undefined): string | undefined {
  if (typeof first !== "number" || typeof value !== "number" || first === 0 || first === value)
    return undefined;
  const share = (value - first) / Math.abs(first);
  const percent = Math.abs(share) * 100;
  const digits = percent < 9.95 ? 1 : 0;
  const sign = share > 0 ? "+" : "−";
  return percent >= 1000 ? `${sign}${(percent / 100).toFixed(0)}×` : `${sign}${percent.toFixed(digits)} %`;
}
