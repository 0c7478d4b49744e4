import { createGraph, input } from "../../engine/graph.ts";
import { matmul } from "../../engine/ops.ts";
import { compile } from "../../engine/program.ts";
import { gather, type Vectors } from "./vectors.ts";

/** Items and tests of one product: large enough for the machine's peak, small enough to stay in its caches. */
export const itemBlock = 2048;
const testBlock = 128;

/** Dot products of some tests, by rows, with some items, by columns. A view that the next block overwrites. */
export interface ProductBlock {
  /** Places in the lists that were asked for. */
  readonly firstTest: number;
  readonly tests: number;
  readonly firstItem: number;
  readonly items: number;
  /** Numbers from one row to the next. */
  readonly stride: number;
  readonly products: Float32Array;
}

export interface Products {
  /** All pairs of `items` and `tests` (row numbers) in blocks: by items, then by tests. */
  over(items: Int32Array, tests: Int32Array): AsyncGenerator<ProductBlock>;
  release(): Promise<void>;
}

/**
 * Products of two sets of vectors, never more than a block of them at a time. Every block is computed at one
 * shape, filled up where there is less, so that a pair's product is the same bits in whatever block it falls.
 */
export async function createProducts(
  items: Vectors,
  tests: Vectors,
  { threads, signal }: { threads: number; signal: AbortSignal },
): Promise<Products> {
  const { dimensions } = items;
  if (tests.dimensions !== dimensions) {
    throw new RangeError(`vectors of ${dimensions} and of ${tests.dimensions} dimensions`);
  }
  const graph = createGraph();
  const rows = input(graph, "tests", "float32", [testBlock, dimensions]);
  const columns = input(graph, "items", "float32", [itemBlock, dimensions]);
  const program = await compile(graph, { products: matmul(rows, columns, { transB: true }) }, { threads });
  const held = new Float32Array(itemBlock * dimensions);
  return {
    async *over(wantedItems, wantedTests) {
      const blocks = testBlocks(tests, wantedTests);
      for (let firstItem = 0; firstItem < wantedItems.length; firstItem += itemBlock) {
        const part = wantedItems.subarray(firstItem, firstItem + itemBlock);
        gather(items, part, held);
        for (const [at, block] of blocks.entries()) {
          signal.throwIfAborted();
          const { products } = await program.run({ tests: block, items: held });
          if (!(products instanceof Float32Array)) throw new TypeError("products are float32");
          const firstTest = at * testBlock;
          const count = Math.min(testBlock, wantedTests.length - firstTest);
          yield { firstTest, tests: count, firstItem, items: part.length, stride: itemBlock, products };
        }
      }
    },
    release: program.release,
  };
}

function testBlocks(tests: Vectors, wanted: Int32Array): Float32Array[] {
  return Array.from({ length: Math.ceil(wanted.length / testBlock) }, (_, at) => {
    const block = new Float32Array(testBlock * tests.dimensions);
    gather(tests, wanted.subarray(at * testBlock, (at + 1) * testBlock), block);
    return block;
  });
}
