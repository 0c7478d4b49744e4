import { alibiSlopes } from "../position/alibi.ts";
import { rotationTables } from "../position/tables.ts";
import type { Workshop } from "./token-layers.ts";
import { rmsNorm } from "./vectors.ts";

/** From queries, keys and values in a row to the heads' outputs in a row, for one token of a row at its place. */
export type TokenAttention = (joined: Float32Array, row: number, place: number) => Float32Array;

/** Turns a head's query or key in place, as its key-value head's table says at this place. */
export type Turn = (x: Float32Array, kvHead: number, place: number) => void;

/** Half-split rotation by the model's position embedding; undefined where it turns nothing. */
export function turnOf({ config }: Pick<Workshop, "config">, window: number): Turn | undefined {
  const { position, headDim, kvHeads } = config;
  const tables = rotationTables(position, { headDim, heads: kvHeads, length: window });
  if (tables === undefined) return undefined;
  const { cos, sin, shared } = tables;
  const half = headDim / 2;
  return (x, kvHead, place) => {
    const row = ((shared ? 0 : kvHead) * window + place) * half;
    for (let j = 0; j < half; j++) {
      const [c, s] = [cos[row + j] as number, sin[row + j] as number]; // tables have a row for each place
      const [a, b] = [x[j] as number, x[j + half] as number];
      x[j] = a * c - b * s;
      x[j + half] = b * c + a * s;
    }
  };
}

/** Attention of one layer over the keys and values of each row, which lie in the kernel's memory head by head. */
export function tokenAttention(
  shop: Workshop,
  name: string,
  { window, rows, turn }: { window: number; rows: number; turn: Turn | undefined },
): TokenAttention {
  const { plan, config, dense } = shop;
  const { heads, kvHeads, headDim, position, slidingWindow = window } = config;
  const caches = Array.from({ length: rows }, () =>
    Array.from({ length: kvHeads }, () => ({
      keys: plan.matrix(window, headDim),
      values: plan.matrix(window, headDim),
    })),
  );
  const [query, scores, mixed] = [plan.vector(headDim), plan.vector(window), plan.vector(headDim)];
  const slopes = position.type === "alibi" ? alibiSlopes(heads) : undefined;
  const normed = headNorms(shop, name);
  const head = new Float32Array(headDim);
  const out = new Float32Array(heads * headDim);
  const placed = (side: "q" | "k", x: Float32Array, kvHead: number, place: number): Float32Array => {
    normed(side, x, head);
    turn?.(head, kvHead, place);
    return head;
  };
  return (joined, row, place) => {
    const memory = dense();
    const cache = caches[row] ?? [];
    const part = (at: number) => joined.subarray(at * headDim, (at + 1) * headDim);
    for (const [kvHead, { keys, values }] of cache.entries()) {
      memory.view(keys).set(placed("k", part(heads + kvHead), kvHead, place), place * keys.stride);
      memory.view(values).set(part(heads + kvHeads + kvHead), place * values.stride);
    }
    const seen = memory.view(scores).subarray(0, place + 1);
    const first = Math.max(0, place - slidingWindow + 1);
    for (let each = 0; each < heads; each++) {
      const kvHead = Math.floor((each * kvHeads) / heads);
      const held = cache[kvHead];
      if (held === undefined) throw new RangeError(`there is no row ${row}`);
      memory.view(query).set(placed("q", part(each), kvHead, place));
      memory.multiply(held.keys, query, scores, place + 1);
      if (slopes !== undefined) fall(seen, (slopes[each] ?? 0) * Math.sqrt(headDim)); // before the scale
      seen.fill(Number.NEGATIVE_INFINITY, 0, first);
      memory.softmax(scores, place + 1, 1 / Math.sqrt(headDim));
      memory.mix(held.values, scores, mixed, place + 1);
      out.set(memory.view(mixed).subarray(0, headDim), each * headDim);
    }
    return out;
  };
}

/** Less slope times the distance from the last. */
function fall(scores: Float32Array, slope: number): void {
  const last = scores.length - 1;
  for (let key = 0; key <= last; key++) scores[key] = (scores[key] as number) - slope * (last - key); // within it
}

/** Copies a head's query or key, normed where the model norms them. */
function headNorms({ config, weight }: Workshop, name: string) {
  const { qkNorm, normEpsilon } = config;
  if (!qkNorm) return (_: "q" | "k", x: Float32Array, into: Float32Array) => into.set(x);
  const gains = { q: weight(`${name}.q_norm.weight`), k: weight(`${name}.k_norm.weight`) };
  return (side: "q" | "k", x: Float32Array, into: Float32Array) => rmsNorm(x, gains[side], normEpsilon, into);
}
