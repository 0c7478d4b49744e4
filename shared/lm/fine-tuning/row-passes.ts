import type { Graph, Value } from "../../engine/graph.ts";
import { compile, type Feed, type Program } from "../../engine/program.ts";
import type { LanguageModel } from "../stored-model.ts";
import type { BatchShape } from "../transformer/self-attention.ts";

/** Tokens that one forward pass takes at most, unless a single row is longer. */
const passTokens = 4096;
const shortestRow = 16;

/** How rows of one kind go through a graph of theirs. */
export interface RowPass<Row, F> {
  /** Tokens that the pass reads of a row. */
  lengthOf(row: Row): number;
  /** A forward pass; its `output` is [batch, length]. */
  graphOf(shape: BatchShape): { readonly graph: Graph; readonly output: Value };
  feedsOf(batch: number, length: number): F;
  /** Puts a row into its place of the feeds. Throws RangeError on one that cannot go through. */
  place(feeds: F, row: Row, at: { readonly place: number; readonly length: number }): void;
}

export interface RowPasses<Row> {
  /** The output at each token that the pass reads of each row, in order. */
  run(rows: readonly Row[]): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/**
 * Passes over batches of rows whose lengths round up to the same power of two. A row's result depends on the others
 * of its call in rounding alone, and the same call gives the same bytes.
 */
export function createRowPasses<Row, F extends { readonly [Name in keyof F]: Feed }>(
  { config, weights }: Pick<LanguageModel, "config" | "weights">,
  { lengthOf, graphOf, feedsOf, place: put }: RowPass<Row, F>,
  { threads }: { readonly threads: number },
): RowPasses<Row> {
  const compiled = new Map<number, Promise<Program<"output">>>();
  const batchOf = (length: number) => Math.max(1, Math.floor(passTokens / length));
  const limit = config.position.type === "learned" ? config.position.length : Number.POSITIVE_INFINITY;
  const roomOf = (row: Row) => {
    const rounded = Math.max(shortestRow, 2 ** Math.ceil(Math.log2(lengthOf(row))));
    return lengthOf(row) > limit ? rounded : Math.min(rounded, limit);
  };
  const programOf = (length: number) => {
    const known = compiled.get(length);
    if (known !== undefined) return known;
    const { graph, output } = graphOf({ batch: batchOf(length), length });
    const program = compile(graph, { output }, { threads });
    compiled.set(length, program);
    return program;
  };
  return {
    async run(rows) {
      const outputs: Float32Array[] = [];
      for (const [length, members] of Map.groupBy([...rows.entries()], ([, row]) => roomOf(row))) {
        const program = await programOf(length);
        const batch = batchOf(length);
        const feeds = feedsOf(batch, length);
        for (let from = 0; from < members.length; from += batch) {
          const group = members.slice(from, from + batch);
          for (const [place, [, row]] of group.entries()) put(feeds, row, { place, length });
          const { output } = await program.run({ ...Object.fromEntries(weights), ...feeds });
          for (const [place, [at, row]] of group.entries()) {
            const begin = place * length;
            outputs[at] = Float32Array.from(output.subarray(begin, begin + lengthOf(row)), Number);
          }
        }
      }
      return outputs;
    },
    async release() {
      for (const program of compiled.values()) await (await program).release();
    },
  };
}
