import { apply, constant, fourDimensions, type Graph, integers, type Value } from "../../engine/graph.ts";
import { add, reshape } from "../../engine/ops.ts";
import type { RotationTables } from "../position/rotation.ts";

/** Rotates queries or keys [batch, heads, length, headDim] by their place. */
export type Rotate = (x: Value) => Value;

/**
 * Half-split rotation by tables [tableHeads or 1, length, headDim/2]: y_j = x_j c - x' s and
 * y' = x' c + x_j s, with x' = x_{j + headDim/2}; heads that share a key-value head share its table. Linear
 * in x; its transpose, the gradient, is the same with -s. Each (head, position) is one row of onnxruntime's
 * rotary kernel. The tables are constants of the graph, made once for all layers.
 */
export function rotation(graph: Graph, tables: RotationTables, length: number, headDim: number): Rotate {
  const half = headDim / 2;
  const tableHeads = tables.cos.length / (length * half);
  const made = new Map<number, (x: Value) => Value>();
  const rowsFor = (copies: number) => {
    const table = (data: Float32Array) =>
      constant(graph, repeatHeads(data, tableHeads, copies), [tableHeads * copies * length, half]);
    const negative = tables.sin.map((value) => -value);
    const [cos, sin, minusSin] = [table(tables.cos), table(tables.sin), table(negative)];
    const from = integers(graph, [0]);
    return (x: Value) => rotateRows(x, from, { cos, sin, minusSin });
  };
  return (x) => {
    const [batch, heads] = fourDimensions(x);
    const copies = tables.shared ? 1 : heads / tableHeads;
    const rotateAll = made.get(copies) ?? rowsFor(copies);
    made.set(copies, rotateAll);
    const flat = tables.shared ? [batch * heads, 1, length, headDim] : [batch, 1, heads * length, headDim];
    return reshape(rotateAll(reshape(x, flat)), x.shape);
  };
}

/**
 * The same where a row holds several texts: `places` [batch, length] is the row of each token in tables of so many
 * rows. Each (head, token) is one row of the kernel, which looks its place up.
 */
export function rotationAt(
  places: Value,
  tables: RotationTables,
  tableLength: number,
  headDim: number,
): Rotate {
  const { graph } = places;
  const half = headDim / 2;
  const tableHeads = tables.cos.length / (tableLength * half);
  const table = (data: Float32Array) => constant(graph, data, [tableHeads * tableLength, half]);
  const negative = table(tables.sin.map((value) => -value));
  const rotations = { cos: table(tables.cos), sin: table(tables.sin), minusSin: negative };
  const made = new Map<number, Value>();
  const rowsFor = (heads: number) => {
    const [batch = 0, length = 0] = places.shape;
    const starts = Array.from(
      { length: heads },
      (_, head) => tableLength * Math.floor((head * tableHeads) / heads),
    );
    const ofHeads = integers(graph, starts, [1, heads, 1]);
    return reshape(add(reshape(places, [batch, 1, length]), ofHeads), [batch * heads * length, 1]);
  };
  return (x) => {
    const [batch, heads, length] = fourDimensions(x);
    const rows = made.get(heads) ?? rowsFor(heads);
    made.set(heads, rows);
    const flat = reshape(x, [batch * heads * length, 1, 1, headDim]);
    return reshape(rotateRows(flat, rows, rotations), x.shape);
  };
}

interface Rotations {
  readonly cos: Value;
  readonly sin: Value;
  readonly minusSin: Value;
}

/** `places` holds one for each row, or for all of them the place of the first token. */
function rotateRows(x: Value, places: Value, { cos, sin, minusSin }: Rotations): Value {
  return apply("RotaryEmbedding", [x, places, cos, sin], x, {
    domain: "com.microsoft",
    attributes: { interleaved: 0 },
    gradient: (dy) => [dy && rotateRows(dy, places, { cos, sin: minusSin, minusSin: sin })],
  });
}

function repeatHeads(data: Float32Array, heads: number, copies: number): Float32Array {
  if (copies === 1) return data;
  const size = data.length / heads;
  const repeated = new Float32Array(data.length * copies);
  for (let head = 0; head < heads * copies; head++) {
    const from = Math.floor(head / copies) * size;
    repeated.set(data.subarray(from, from + size), head * size);
  }
  return repeated;
}
