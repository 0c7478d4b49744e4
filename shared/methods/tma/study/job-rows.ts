import { createRandom } from "../../../lm/random.ts";
import { type Halves, halve } from "../halves.ts";
import type { Bench } from "./bench.ts";
import type { StudyRow } from "./material.ts";
import { itemsOf, type Job, numberOf } from "./plan.ts";
import type { Studying } from "./state.ts";

/** What one training reads, and what it is judged by. */
export interface JobRows {
  /** Of the seed. */
  readonly number: number;
  /** All rows in their order, batch after batch. */
  readonly training: readonly StudyRow[];
  readonly target: readonly StudyRow[];
  readonly selecting: readonly StudyRow[];
  readonly offTarget: readonly StudyRow[];
  /** The first of `target`. */
  readonly answered: readonly StudyRow[];
}

export function rowsOf(bench: Bench, job: Job, { orders }: Pick<Studying, "orders">): JobRows {
  const { input, ctx, material } = bench;
  const stored = orders[job.seed];
  if (stored === undefined) throw new Error(`seed ${job.seed} has no orders`);
  const number = numberOf(ctx.seed, job.seed);
  const { passes } = input.subsets;
  const items = itemsOf(job, {
    ...stored,
    tasks: material.tasks,
    number,
    batch: input.training.batch,
    passes,
  });
  const { target, selecting } = judgedRows(bench, job.seed);
  return {
    ...{ number, target, selecting, offTarget: material.offTarget },
    training: at(material.pool, items),
    answered: target.slice(0, input.evaluation.answers),
  };
}

/** The test items of each half that the models of a seed are judged by, in random order. */
export function judgedRows({ input, ctx, material }: Bench, seed: number) {
  const number = numberOf(ctx.seed, seed);
  const { tests } = material;
  const halves = halve(tests.length, input.heldOut, number);
  const drawn = (half: keyof Halves) =>
    at(
      tests,
      createRandom(number, "judged", half).shuffle(halves[half].slice()).slice(0, input.evaluation.items),
    );
  return { target: drawn("heldOut"), selecting: drawn("selecting") };
}

function at(rows: readonly StudyRow[], places: Int32Array): StudyRow[] {
  return Array.from(places, (place) => {
    const row = rows[place];
    if (row === undefined) throw new RangeError(`row ${place} of ${rows.length}`);
    return row;
  });
}
