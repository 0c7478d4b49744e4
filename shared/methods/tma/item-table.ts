import type { Measures } from "./measures.ts";
import type { Tasks } from "./orders.ts";

export interface ItemTable {
  readonly tasks: Tasks;
  /** By item: round from 1, place in the near order from 1, cosine with the nearest test item that took it. */
  readonly rounds: Int32Array;
  readonly places: Int32Array;
  readonly similarities: Float32Array;
  /** To the selecting test items; and to those held out, where there are some. */
  readonly selecting: Measures;
  readonly heldOut: Measures | undefined;
  readonly weightedDistance: Float64Array;
}

const kinds = ["average", "minimum", "maximum", "centroid"] as const;

/** A line of CSV for every item, with all measures of similarity to the test set. */
export function itemTable(table: ItemTable): Uint8Array {
  const { tasks, rounds, places, similarities, selecting, heldOut, weightedDistance } = table;
  const columns: (readonly [string, (item: number) => string])[] = [
    ["index", String],
    ["task", (item) => quote(tasks.names[tasks.of[item] ?? -1] ?? "")],
    ["place", (item) => String(places[item])],
    ["round", (item) => String(rounds[item])],
    ["similarity", (item) => shown(similarities[item])],
    ...kinds.map(
      (kind) => [`cosine_${kind}`, (item: number) => shown(selecting.cosine[kind][item])] as const,
    ),
    ...kinds.map(
      (kind) => [`euclidean_${kind}`, (item: number) => shown(selecting.euclidean[kind][item])] as const,
    ),
    ["weighted_distance", (item) => shown(weightedDistance[item])],
    ...(heldOut === undefined
      ? []
      : ([
          ["held_out_cosine_average", (item) => shown(heldOut.cosine.average[item])],
          ["held_out_cosine_maximum", (item) => shown(heldOut.cosine.maximum[item])],
        ] satisfies (readonly [string, (item: number) => string])[])),
  ];
  const parts = [Buffer.from(`${columns.map(([name]) => name).join(",")}\r\n`)];
  for (let item = 0; item < rounds.length; item++) {
    parts.push(Buffer.from(`${columns.map(([, cell]) => cell(item)).join(",")}\r\n`));
  }
  return Buffer.concat(parts);
}

const shown = (value: number | undefined) =>
  value === undefined ? "" : String(Number(value.toPrecision(7)));
const quote = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
