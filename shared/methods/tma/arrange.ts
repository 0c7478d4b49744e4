import { type CheckpointPace, checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { type Arranging, arranging, nothingYet, vectorsOf } from "./arranging.ts";
import { conclude } from "./conclude.ts";
import { embedAll } from "./embed.ts";
import type { VectorSource } from "./embedding.ts";
import { taskOrders } from "./fields.ts";
import { type Halves, halve } from "./halves.ts";
import type { ArrangeInput } from "./input.ts";
import { makeRounds } from "./make-rounds.ts";
import type { ArrangeOutput } from "./output.ts";
import { mostItems } from "./ranking.ts";
import { type RowSets, readRowSets, vectorsFor } from "./row-sets.ts";
import { rowsAt } from "./vectors.ts";

/** What an arrangement works with, the same in every slice. */
export interface Bench extends Pick<RowSets, "sources" | "facts"> {
  readonly input: ArrangeInput;
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  readonly dimensions: number;
  readonly halves: Halves;
}

/** Arranges instruction data for a test set. */
export async function arrange(input: ArrangeInput, ctx: RunContext): Promise<ArrangeOutput | Paused> {
  const begun = await ctx.checkpoint.load(arranging);
  const { bench, vectors, state } = await prepare(input, ctx, begun);
  const loop = { ctx, pace: bench.pace, stateWith: (now: Arranging) => now, until: 0.4 };
  const embedded = await embedAll(state, vectors, loop);
  if (embedded === "out of time") return ctx.pause();
  const arranged = await roundsOf(bench, embedded);
  if (arranged === "out of time") return ctx.pause();
  return conclude(bench, arranged);
}

async function prepare(
  input: ArrangeInput,
  ctx: RunContext,
  begun: Arranging | undefined,
): Promise<{ bench: Bench; vectors: VectorSource; state: Arranging }> {
  const rowSets = await readRowSets(input, ctx, { counted: begun?.frequencies });
  const { facts, sources, frequencies } = rowSets;
  const halves = halve(facts.tests.count, input.heldOut, ctx.seed);
  checkFit(input, facts);
  const vectors = await vectorsFor(input, ctx, rowSets);
  const { dimensions } = vectors;
  const sizes = { items: facts.items.count, tests: facts.tests.count, dimensions };
  const bench = { input, ctx, pace: checkpointPace(ctx), sources, facts, dimensions, halves };
  return { bench, vectors, state: begun ?? nothingYet(sizes, frequencies) };
}

function checkFit({ budget, write }: ArrangeInput, { items }: Bench["facts"]): void {
  if (items.count < 1) throw new RangeError("dataset: has no rows");
  if (items.count > mostItems) {
    throw new RangeError(`dataset: has ${items.count} rows, and at most ${mostItems} are arranged`);
  }
  if (budget !== undefined && budget.nearest + budget.farthest > items.count) {
    const sum = `${budget.nearest} nearest and ${budget.farthest} farthest`;
    throw new RangeError(`budget: ${sum} items overlap in a data set of ${items.count}`);
  }
  const byTask = write.find((name) => taskOrders.some((order) => order === name));
  if (byTask !== undefined && items.tasks.names.length < 2) {
    throw new RangeError(`write: the order ${byTask} goes by tasks, and the rows name fewer than two`);
  }
}

async function roundsOf(bench: Bench, begun: Arranging): Promise<Arranging | "out of time"> {
  const { ctx, pace, dimensions, halves } = bench;
  const items = vectorsOf(begun.items, dimensions);
  const selecting = rowsAt(vectorsOf(begun.tests, dimensions), halves.selecting);
  const rounds = await makeRounds(items, selecting, begun.rounds, {
    ctx,
    pace,
    stateWith: (now) => ({ ...begun, rounds: now }),
    report({ sizes, means, placed }) {
      const number = sizes.length;
      ctx.progress(0.4 + (0.4 * placed) / items.count, `${number} rounds, ${placed} of ${items.count} items`);
      ctx.metric("similarity", number, means.at(-1) ?? 0);
      ctx.metric("size", number, sizes.at(-1) ?? 0);
    },
  });
  return rounds === "out of time" ? rounds : { ...begun, rounds };
}
