import type { Shape } from "../../engine/graph.ts";
import { ModelError } from "../model-error.ts";
import type { WeightValues } from "../training.ts";
import type { Weight } from "../transformer/parameters.ts";

/** How a tensor of a checkpoint holds weights of ours: the same numbers, perhaps in another order. */
export interface TensorLayout {
  /** Its name in the checkpoint. */
  readonly stored: string;
  readonly shape: Shape;
  /** The weights that it holds, one after another by rows. */
  readonly parts: readonly Pick<Weight, "name" | "shape">[];
  /** Stored [inputs, outputs], as GPT-2's Conv1D does. */
  readonly transposed?: boolean;
  /** Which row of the parts, counted through all of them, a stored row (column where transposed) is; the same when absent. */
  readonly rowOf?: (stored: number) => number;
}

/** A tensor that is one weight as it is. */
export function same(stored: string, weight: Pick<Weight, "name" | "shape">): TensorLayout {
  return { stored, shape: weight.shape, parts: [weight] };
}

/** A name of ours in a checkpoint's words: each of the replacements once, in order. */
export function renamed(words: readonly (readonly [ours: string, stored: string])[], name: string): string {
  return words.reduce((text, [ours, stored]) => text.replace(ours, stored), name);
}

/**
 * Layouts of all weights of a model where queries, keys and values of a layer are stored as one tensor: `joined`
 * says how, given the layer's number, `weight` or `bias`, and the three; `single` says how all others are.
 */
export function joinedLayout(
  weights: readonly Weight[],
  joined: (layer: string, kind: string, parts: readonly Weight[]) => TensorLayout,
  single: (weight: Weight) => TensorLayout,
): readonly TensorLayout[] {
  const byName = new Map(weights.map((weight) => [weight.name, weight]));
  return weights.flatMap((weight) => {
    const found = /^model\.layers\.(\d+)\.self_attn\.([qkv])_proj\.(weight|bias)$/.exec(weight.name);
    if (found === null) return [single(weight)];
    const [, layer = "", side, kind = ""] = found;
    if (side !== "q") return [];
    const parts = ["q", "k", "v"].flatMap(
      (part) => byName.get(`model.layers.${layer}.self_attn.${part}_proj.${kind}`) ?? [],
    );
    return [joined(layer, kind, parts)];
  });
}

/** Rows of a weight, and the numbers in each; a vector is a column. */
const rowsOf = ({ shape }: Pick<Weight, "shape">) => shape[0] ?? 1;

/** The weights in a stored tensor's values. What needs no other order is not copied. */
export function unpack(layout: TensorLayout, values: Float32Array): [string, Float32Array][] {
  const ordered = inOrder(layout, values, "read");
  const rows = layout.parts.reduce((sum, part) => sum + rowsOf(part), 0);
  const width = ordered.length / rows;
  let row = 0;
  return layout.parts.map((part) => {
    const from = row * width;
    row += rowsOf(part);
    const whole = layout.parts.length === 1;
    return [part.name, whole ? ordered : ordered.slice(from, row * width)];
  });
}

/** The stored tensor's values from the weights. Throws ModelError where one is missing. */
export function pack(layout: TensorLayout, weights: WeightValues): Float32Array {
  const parts = layout.parts.map(({ name }) => {
    const values = weights.get(name);
    if (values === undefined) throw new ModelError(`weight ${name} is missing`);
    return values;
  });
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return inOrder(layout, only, "write");
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const values of parts) {
    joined.set(values, at);
    at += values.length;
  }
  return inOrder(layout, joined, "write");
}

/** From the stored order to that of the parts in a row, or back. */
function inOrder(
  { parts, transposed = false, rowOf }: TensorLayout,
  values: Float32Array,
  direction: "read" | "write",
): Float32Array {
  if (!transposed && rowOf === undefined) return values;
  const rows = parts.reduce((sum, part) => sum + rowsOf(part), 0);
  const width = values.length / rows;
  const place = rowOf ?? ((stored: number) => stored);
  if (transposed) return turned(values, rows, width, place, direction);
  const moved = new Float32Array(values.length);
  for (let stored = 0; stored < rows; stored++) {
    const [outside, inside] = [stored * width, place(stored) * width];
    const [from, to] = direction === "read" ? [outside, inside] : [inside, outside];
    moved.set(values.subarray(from, from + width), to);
  }
  return moved;
}

/** Side of the squares that a matrix is turned in, so that what is read and what is written stay in the cache. */
const tile = 16;

/** From a stored [width, rows] to [rows, width], or back. */
function turned(
  values: Float32Array,
  rows: number,
  width: number,
  place: (stored: number) => number,
  direction: "read" | "write",
): Float32Array {
  const moved = new Float32Array(values.length);
  for (let top = 0; top < width; top += tile) {
    const bottom = Math.min(top + tile, width);
    for (let left = 0; left < rows; left += tile) {
      const right = Math.min(left + tile, rows);
      for (let stored = left; stored < right; stored++) {
        const [outside, inside] = [top * rows + stored, place(stored) * width + top];
        let [from, to, fromStep, toStep] =
          direction === "read" ? [outside, inside, rows, 1] : [inside, outside, 1, rows];
        for (let column = top; column < bottom; column++) {
          moved[to] = values[from] ?? 0;
          from += fromStep;
          to += toStep;
        }
      }
    }
  }
  return moved;
}

/**
 * Where an element of a head that turns its first `rotaryDim` elements, (j, j + rotaryDim / 2) together, lies
 * in a head of ours, where (j, j + headDim / 2) go together and the first rotaryDim / 2 pairs turn.
 */
export function pairedPlace(element: number, headDim: number, rotaryDim: number): number {
  const [half, turning] = [headDim / 2, rotaryDim / 2];
  if (element < turning) return element;
  if (element < rotaryDim) return half + element - turning;
  const standing = element - rotaryDim;
  return standing < half - turning ? turning + standing : standing + rotaryDim;
}
