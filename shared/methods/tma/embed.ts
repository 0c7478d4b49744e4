import { setImmediate } from "node:timers/promises";
import type { CheckpointPace } from "../checkpoint-pace.ts";
import type { RunContext } from "../contract.ts";
import type { Arranging, Embedded } from "./arranging.ts";
import type { VectorSource } from "./embedding.ts";
import { toUnit } from "./vectors.ts";

export interface EmbeddingLoop {
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  /** The whole run's state, with these vectors in it: what a checkpoint holds. */
  stateWith(now: Arranging): unknown;
  /** Share of the bar at which all rows are embedded. */
  readonly until: number;
}

/** Embeds the rows that are not yet: test items, then items. What is in `begun` is written on. */
export async function embedAll(
  begun: Arranging,
  vectors: VectorSource,
  { ctx, pace, stateWith, until }: EmbeddingLoop,
): Promise<Arranging | "out of time"> {
  let state = begun;
  const total = begun.tests.lengths.length + begun.items.lengths.length;
  for (const set of ["tests", "items"] as const) {
    let own: Embedded = state[set];
    const rows = own.lengths.length;
    if (own.done < rows) {
      for await (const block of vectors.blocks(set, own.done)) {
        ctx.signal.throwIfAborted();
        own = addBlock(own, block, vectors.dimensions, set);
        state = { ...state, [set]: own };
        const current = state;
        const done = current.tests.done + current.items.done;
        ctx.progress((until * done) / total, `${done} of ${total} rows embedded`);
        if (ctx.outOfTime()) {
          await pace.save(stateWith(current));
          return "out of time";
        }
        await pace.offer(() => stateWith(current));
        await setImmediate();
      }
    }
    if (own.done !== rows) throw new RangeError(`embedding: ${own.done} vectors for ${rows} rows (${set})`);
  }
  return state;
}

function addBlock(
  { values, lengths, done }: Embedded,
  block: Float32Array,
  dimensions: number,
  set: string,
): Embedded {
  const rows = block.length / dimensions;
  if (done + rows > lengths.length) {
    throw new RangeError(`embedding: more vectors than the ${lengths.length} rows (${set})`);
  }
  lengths.set(toUnit({ values: block, count: rows, dimensions }).lengths, done);
  values.set(block, done * dimensions);
  return { values, lengths, done: done + rows };
}
