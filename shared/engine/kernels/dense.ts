import { denseBytes } from "./dense-bytes.ts";
import { kernel, kernelMemory } from "./web-assembly.ts";

/** Rows, and columns, that the kernel takes at a time; places are filled up with zeros to whole groups. */
const group = 4;
const roundUp = (value: number) => group * Math.ceil(value / group);

/** Where a matrix lies in the kernel's memory; a vector is a matrix of one row. */
export interface Place {
  /** In bytes. */
  readonly at: number;
  readonly rows: number;
  readonly columns: number;
  /** Floats from a row to the next. */
  readonly stride: number;
}

/** Matrices and vectors in one WebAssembly memory, and products of both: for layers that are too small for threads. */
export interface Dense {
  /** The floats of a place, rows `stride` apart. */
  view(place: Place): Float32Array;
  /** Copies a matrix [rows, columns] to its place. */
  put(place: Place, values: Float32Array): void;
  /** y = W x, of the first `rows` rows. */
  multiply(w: Place, x: Place, y: Place, rows?: number): void;
  /** y = sum_t weights[t] W[t], over the first `rows` rows; what lies in `weights` after them is set to 0. */
  mix(w: Place, weights: Place, y: Place, rows: number): void;
  /** softmax(scale x) of the first `count` elements of a vector, in place. */
  softmax(x: Place, count: number, scale: number): void;
  /** x / (1 + e^-x) of a vector, in place. */
  silu(x: Place): void;
}

/** Places are reserved first; then the memory is made for all of them. */
export interface DensePlan {
  matrix(rows: number, columns: number): Place;
  vector(size: number): Place;
  /** Zeroed memory for what was reserved. Throws RangeError above 4 GiB. */
  open(): Dense;
}

export function planDense(): DensePlan {
  let end = 0;
  const reserve = (rows: number, columns: number): Place => {
    const place = { at: end, rows, columns, stride: roundUp(columns) };
    end += 4 * roundUp(rows) * place.stride;
    return place;
  };
  return {
    matrix: reserve,
    vector: (size) => ({ ...reserve(1, size), rows: 1 }),
    open: () => openDense(end),
  };
}

function openDense(bytes: number): Dense {
  const memory = kernelMemory(bytes);
  const multiply = kernel(denseBytes, memory, "multiply");
  const mix = kernel(denseBytes, memory, "mix");
  const softmax = kernel(denseBytes, memory, "softmax");
  const silu = kernel(denseBytes, memory, "silu");
  const views = new Map<number, Float32Array>();
  const view = (place: Place): Float32Array => {
    const known = views.get(place.at);
    if (known !== undefined) return known;
    const made = new Float32Array(memory.buffer, place.at, place.rows * place.stride);
    views.set(place.at, made);
    return made;
  };
  return {
    view,
    put(place, values) {
      const { rows, columns, stride } = place;
      if (values.length !== rows * columns)
        throw new RangeError(`${values.length} values for [${rows}, ${columns}]`);
      const target = view(place);
      for (let row = 0; row < rows; row++) {
        target.set(values.subarray(row * columns, (row + 1) * columns), row * stride);
      }
    },
    multiply(w, x, y, rows = w.rows) {
      multiply(w.at, x.at, y.at, roundUp(rows), 4 * w.stride);
    },
    mix(w, weights, y, rows) {
      view(weights).fill(0, rows, roundUp(rows));
      view(y).fill(0);
      mix(w.at, weights.at, y.at, roundUp(rows), 4 * w.stride);
    },
    softmax(x, count, scale) {
      view(x).fill(Number.NEGATIVE_INFINITY, count, roundUp(count));
      softmax(x.at, roundUp(count), scale);
    },
    silu: (x) => silu(x.at, x.stride),
  };
}
