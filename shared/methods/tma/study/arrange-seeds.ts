import { type Arranging, type Embedded, nothingYet, vectorsOf } from "../arranging.ts";
import { embedAll } from "../embed.ts";
import { halve } from "../halves.ts";
import { makeRounds } from "../make-rounds.ts";
import { nearTasks } from "../orders.ts";
import { noRounds } from "../rounds.ts";
import { vectorsFor } from "../row-sets.ts";
import { rowsAt, type UnitVectors } from "../vectors.ts";
import type { Bench } from "./bench.ts";
import type { StudyRow } from "./material.ts";
import { numberOf } from "./plan.ts";
import type { SeedOrders, Studying } from "./state.ts";

/** Shares of the bar at which the rows are embedded, and all orders made. */
export const shares = { embedded: 0.03, arranged: 0.05 };

/**
 * Orders of the pool for every seed, each for the half of the test items that selects in it. The rows are embedded
 * once; their vectors are let go of when all orders are there.
 */
export async function arrangeSeeds(bench: Bench, begun: Studying): Promise<Studying | "out of time"> {
  const { input, ctx, pace } = bench;
  if (begun.orders.length === input.seeds) return begun;
  let state = begun;
  const embedded = await embed(bench, state);
  if (embedded === "out of time") return embedded;
  const [items, tests] = [unitVectors(embedded.items), unitVectors(embedded.tests)];
  for (let seed = state.orders.length; seed < input.seeds; seed++) {
    const before = state;
    const arranging = state.arranging ?? embedded;
    const { selecting } = halve(tests.count, input.heldOut, numberOf(ctx.seed, seed));
    const rounds = await makeRounds(items, rowsAt(tests, selecting), arranging.rounds, {
      ...{ ctx, pace },
      stateWith: (now): Studying => ({ ...before, arranging: { ...arranging, rounds: now } }),
      report: ({ placed }) =>
        progress(bench, seed + placed / items.count, `order ${seed + 1}: ${placed} of ${items.count} items`),
    });
    if (rounds === "out of time") return rounds;
    const orders: SeedOrders = {
      near: rounds.order,
      nearTasks: nearTasks(bench.material.tasks, items, tests, selecting),
    };
    state = {
      ...state,
      arranging: { ...embedded, rounds: noRounds(items.count) },
      orders: [...state.orders, orders],
    };
  }
  const { arranging: _, ...arranged } = state;
  await pace.save(arranged);
  return arranged;
}

function progress({ ctx, input }: Bench, seeds: number, message: string): void {
  const { embedded, arranged } = shares;
  ctx.progress(embedded + ((arranged - embedded) * seeds) / input.seeds, message);
}

/** The vectors of the rows that train and of the test items. */
async function embed(bench: Bench, state: Studying): Promise<Arranging | "out of time"> {
  const { input, ctx, pace, material } = bench;
  const { rowSets, pool, tests } = material;
  const numbers = (rows: readonly StudyRow[]) => Int32Array.from(rows, ({ index }) => index);
  const vectors = await vectorsFor(input, ctx, rowSets, { items: numbers(pool), tests: numbers(tests) });
  const sizes = { items: pool.length, tests: tests.length, dimensions: vectors.dimensions };
  return embedAll(state.arranging ?? nothingYet(sizes, rowSets.frequencies), vectors, {
    ...{ ctx, pace, until: shares.embedded },
    stateWith: (now): Studying => ({ ...state, arranging: now }),
  });
}

function unitVectors(embedded: Embedded): UnitVectors {
  return vectorsOf(embedded, embedded.values.length / embedded.lengths.length);
}
