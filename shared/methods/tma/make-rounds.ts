import type { CheckpointPace } from "../checkpoint-pace.ts";
import type { RunContext } from "../contract.ts";
import { createProducts } from "./products.ts";
import { arrangeRounds, type Rounds } from "./rounds.ts";
import type { UnitVectors } from "./vectors.ts";

export interface RoundLoop {
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  /** The whole run's state, with these rounds in it: what a checkpoint holds. */
  stateWith(now: Rounds): unknown;
  /** Called after each round. */
  report(now: Rounds): void;
}

/** All rounds of the items, from those that were made before; out of time, a checkpoint is saved. */
export async function makeRounds(
  items: UnitVectors,
  selecting: UnitVectors,
  begun: Rounds,
  { ctx, pace, stateWith, report }: RoundLoop,
): Promise<Rounds | "out of time"> {
  if (begun.placed === items.count) return begun;
  const { threads, signal } = ctx;
  const products = await createProducts(items, selecting, { threads, signal });
  try {
    const rounds = await arrangeRounds(products, {
      tests: selecting.count,
      begun,
      signal,
      async after(now) {
        report(now);
        if (ctx.outOfTime()) {
          await pace.save(stateWith(now));
          return false;
        }
        await pace.offer(() => stateWith(now));
        return true;
      },
    });
    return rounds.placed < items.count ? "out of time" : rounds;
  } finally {
    await products.release();
  }
}
