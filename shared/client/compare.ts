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
