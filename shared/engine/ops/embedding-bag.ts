import { apply, differentiateAs, dimension, integers, type Value } from "../graph.ts";
import { mul, sub } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { concat, reshape, slice } from "./shape.ts";

/** Bytes of rows that are looked up at a time: they are summed while the cache still has them. */
const blockBytes = 4 * 2 ** 20;

export interface EmbeddingBagOptions {
  /**
   * Equal parts of the table and of the columns of the indices, of which each column reaches its own part
   * alone. Nothing but the speed of the gradient depends on it: a part stays in the cache while it is added to.
   */
  readonly parts?: number;
}

/**
 * sum_j weights[i, j] table[indices[i, j]]: `table` [rows, width], int64 `indices` and `weights` [bags, size]
 * -> [bags, width]. The gradient of the table is added up row by row: a row that no index names gets zeros.
 */
export function embeddingBag(
  table: Value,
  indices: Value,
  weights: Value,
  { parts = 1 }: EmbeddingBagOptions = {},
): Value {
  const [bags, size] = [dimension(indices.shape, 0), dimension(indices.shape, 1)];
  const width = dimension(table.shape, 1);
  if (size % parts !== 0 || dimension(table.shape, 0) % parts !== 0) {
    throw new RangeError(`${size} indices a bag and a table [${table.shape}] are not ${parts} equal parts`);
  }
  const sums = blocks(bags, size * width).map(([from, to]) => {
    const rows = gatherRows(table, slice(indices, 0, from, to));
    const summed = matmul(reshape(slice(weights, 0, from, to), [to - from, 1, size]), rows);
    return reshape(summed, [to - from, width]);
  });
  return differentiateAs([table, weights], [joined(sums)], (dy) =>
    dy === undefined
      ? []
      : [tableGradient(table, indices, weights, dy, parts), weightGradient(table, indices, dy)],
  )[0];
}

/** Spans of bags whose rows, of `each` elements a bag, are one block. */
function blocks(bags: number, each: number): readonly (readonly [number, number])[] {
  const length = Math.max(1, Math.floor(blockBytes / 4 / each));
  return Array.from({ length: Math.ceil(bags / length) }, (_, i) => [
    i * length,
    Math.min((i + 1) * length, bags),
  ]);
}

/** <dy_i, table[indices[i, j]]>. */
function weightGradient(table: Value, indices: Value, dy: Value): Value {
  const [bags, size] = [dimension(indices.shape, 0), dimension(indices.shape, 1)];
  const width = dimension(table.shape, 1);
  const products = blocks(bags, size * width).map(([from, to]) => {
    // Read again as one list of rows, which onnxruntime does not take for the forward pass's: what that one
    // looked up, `size` times the result, need not be kept until here.
    const list = gatherRows(table, reshape(slice(indices, 0, from, to), [(to - from) * size]));
    const slopes = reshape(slice(dy, 0, from, to), [to - from, 1, width]);
    const product = matmul(reshape(list, [to - from, size, width]), slopes, { transB: true });
    return reshape(product, [to - from, size]);
  });
  return joined(products);
}

/** weights[i, j] dy_i added at row indices[i, j], part by part. */
function tableGradient(table: Value, indices: Value, weights: Value, dy: Value, parts: number): Value {
  const { graph } = table;
  const [bags, size] = [dimension(indices.shape, 0), dimension(indices.shape, 1) / parts];
  const [rows, width] = [dimension(table.shape, 0) / parts, dimension(table.shape, 1)];
  const output = { dtype: "float32", shape: [rows, width] } as const;
  const slopes = reshape(dy, [bags, 1, width]);
  const sums = Array.from({ length: parts }, (_, part) => {
    const columns = (x: Value) => (parts === 1 ? x : slice(x, 1, part * size, (part + 1) * size));
    const at = sub(columns(indices), integers(graph, part * rows));
    const updates = mul(reshape(columns(weights), [bags, size, 1]), slopes);
    const zeros = apply("ConstantOfShape", [integers(graph, output.shape)], output);
    const inputs = [zeros, reshape(at, [bags * size, 1]), reshape(updates, [bags * size, width])] as const;
    return apply("ScatterND", inputs, output, { attributes: { reduction: "add" } });
  });
  return joined(sums);
}

function gatherRows(table: Value, indices: Value): Value {
  const shape = [...indices.shape, dimension(table.shape, 1)];
  return apply("Gather", [table, indices], { dtype: "float32", shape }, { attributes: { axis: 0 } });
}

function joined(parts: readonly Value[]): Value {
  const [first, ...rest] = parts;
  if (first === undefined) throw new RangeError("an empty batch");
  return rest.length === 0 ? first : concat([first, ...rest], 0);
}
