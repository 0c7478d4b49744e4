import { type SizedTensor, sized } from "../../engine/session.ts";
import type { ModelConfig } from "../config.ts";
import { cacheShapes } from "./cached-attention.ts";

/** Places that a cache grows by: attention computes them all, so that a short text must not pay for the window. */
const growth = 64;

/** Keys and values that the rows of a decoder hold, as long as the longest row needs. */
export interface Cache {
  /** Places that there is room for. */
  readonly held: number;
  /** Makes room for this many places. */
  grow(places: number): void;
  /** The tensors that a run over all rows is fed, or over one. */
  feeds(row?: number): Readonly<Record<string, SizedTensor>>;
  /** Puts the keys and values of `tokens` new tokens of a row at a place; `from` is the row in the run's outputs. */
  put(
    outputs: Readonly<Record<string, Float32Array>>,
    at: { row: number; from: number; tokens: number; place: number },
  ): void;
}

/** Keys and values in the shapes of `cacheShapes`. */
interface Layer {
  key: Float32Array;
  value: Float32Array;
}

export function createCache(
  { layers, kvHeads, headDim }: ModelConfig,
  { window, rows, kernel }: { window: number; rows: number; kernel: boolean },
): Cache {
  let held = 0;
  let made = new Map<number | undefined, Readonly<Record<string, SizedTensor>>>();
  const caches: Layer[] = Array.from({ length: layers }, () => ({
    key: new Float32Array(),
    value: new Float32Array(),
  }));
  const sizeOfRow = () => kvHeads * headDim * held;

  const tensorsOf = (row: number | undefined): Record<string, SizedTensor> => {
    const count = row === undefined ? rows : 1;
    const from = (row ?? 0) * sizeOfRow();
    const part = (array: Float32Array) => array.subarray(from, from + count * sizeOfRow());
    const shapes = cacheShapes({ kvHeads, headDim }, { rows: count, held, kernel });
    return Object.fromEntries(
      caches.flatMap(({ key, value }, layer) => [
        [`cache.${layer}.key`, sized(part(key), shapes.key)],
        [`cache.${layer}.value`, sized(part(value), shapes.value)],
      ]),
    );
  };
  return {
    get held() {
      return held;
    },
    grow(places) {
      if (places <= held) return;
      const wider = Math.min(window, growth * Math.ceil(places / growth));
      for (const layer of caches) {
        const byHead = (array: Float32Array) =>
          widened(array, held * headDim, wider * headDim, rows * kvHeads);
        layer.key = kernel ? byHead(layer.key) : widened(layer.key, held, wider, rows * kvHeads * headDim);
        layer.value = byHead(layer.value);
      }
      held = wider;
      made = new Map();
    },
    feeds(row) {
      const feeds = made.get(row) ?? tensorsOf(row);
      made.set(row, feeds);
      return feeds;
    },
    put(outputs, { row, from, tokens, place }) {
      const width = kvHeads * headDim;
      for (const [layer, { key, value }] of caches.entries()) {
        const [keys, values] = [outputs[`new.${layer}.key`], outputs[`new.${layer}.value`]];
        if (keys === undefined || values === undefined) throw new Error(`no new entries of layer ${layer}`);
        for (let token = 0; token < tokens; token++) {
          const source = (from + token) * width;
          for (let head = 0; head < kvHeads; head++) {
            const start = source + head * headDim;
            const target = (row * kvHeads + head) * headDim * held;
            const entry = target + (place + token) * headDim;
            value.set(values.subarray(start, start + headDim), entry);
            if (kernel) key.set(keys.subarray(start, start + headDim), entry);
            else
              for (let i = 0; i < headDim; i++)
                key[target + i * held + place + token] = keys[start + i] as number; // of one length
          }
        }
      }
    },
  };
}

/** `count` stretches of a length in stretches of a greater one. */
function widened(array: Float32Array, length: number, wider: number, count: number): Float32Array {
  const result = new Float32Array(count * wider);
  for (let i = 0; i < count; i++) result.set(array.subarray(i * length, (i + 1) * length), i * wider);
  return result;
}
