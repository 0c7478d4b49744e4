import { createRandom } from "../../../lm/random.ts";
import { fewestSteps, type StudyInput } from "./input.ts";

interface Row {
  readonly task: string | undefined;
}

/** Of the rows of other tasks at most this share is kept from training. */
const mostOffTarget = 0.25;

/**
 * Rows for the off-target loss, of tasks that are no target, and whole batches of all others: what is left over is drawn
 * at random, and the same for all orders. Rows keep their order. Throws RangeError where the batches are too few.
 */
export function partRows<R extends Row>(
  { offTarget: wanted, training: { batch } }: Pick<StudyInput, "offTarget" | "training">,
  rows: readonly R[],
  targets: ReadonlySet<string>,
  seed: number,
): { readonly pool: R[]; readonly offTarget: R[]; readonly surplus: number } {
  const isOff = ({ task }: Row) => task !== undefined && targets.size > 0 && !targets.has(task);
  const off = rows.filter(isOff);
  const few = Math.min(wanted, Math.floor(mostOffTarget * off.length));
  const kept = drawn(off, few, seed, "off-target");
  const others = rows.filter((row) => !kept.has(row));
  const steps = Math.floor(others.length / batch);
  if (steps < fewestSteps) {
    throw new RangeError(
      `training.batch: ${others.length} rows make ${steps} steps of ${batch}; at least ${fewestSteps} are needed`,
    );
  }
  const trained = drawn(others, steps * batch, seed, "whole batches");
  return {
    pool: others.filter((row) => trained.has(row)),
    offTarget: off.filter((row) => kept.has(row)),
    surplus: others.length - trained.size,
  };
}

function drawn<R>(rows: readonly R[], count: number, seed: number, name: string): ReadonlySet<R> {
  return new Set(
    createRandom(seed, name)
      .shuffle([...rows])
      .slice(0, count),
  );
}
