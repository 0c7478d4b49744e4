import { createRandom } from "../../../lm/random.ts";
import { itemsByTask, randomOrder, roundRobin, type Tasks, taskClusters } from "../orders.ts";
import type { StudyInput, StudyOrder } from "./input.ts";
import { type SubsetName, subsetNames } from "./output.ts";
import type { SeedOrders } from "./state.ts";

/** A training: all items in an order, or a share of them, shuffled. */
export type Job =
  | { readonly kind: "order"; readonly name: StudyOrder; readonly seed: number }
  | { readonly kind: "subset"; readonly name: SubsetName; readonly share: number; readonly seed: number };

/** The orders that an input asks for. */
export function ordersOf({ orders }: Pick<StudyInput, "orders">, tasks: Tasks): readonly StudyOrder[] {
  if (orders !== undefined) return orders;
  const byTask = itemsByTask(tasks).length > 1;
  return ["near", "far", "random", ...(byTask ? (["round-robin", "clusters"] as const) : [])];
}

/** All trainings, seed after seed. */
export function jobsOf(input: Pick<StudyInput, "orders" | "subsets" | "seeds">, tasks: Tasks): Job[] {
  return Array.from({ length: input.seeds }, (_, seed) => [
    ...ordersOf(input, tasks).map((name): Job => ({ kind: "order", name, seed })),
    ...input.subsets.shares.flatMap((share) =>
      subsetNames.map((name): Job => ({ kind: "subset", name, share, seed })),
    ),
  ]).flat();
}

/** The name of a training among those of its seed. */
export function armOf(job: Job): string {
  return job.kind === "order" ? job.name : subsetArm(job.name, job.share);
}

export function subsetArm(name: SubsetName, share: number): string {
  return `${name} ${percentOf(share)}`;
}

/** A share as it was asked for: `12.5%`. */
export function percentOf(share: number): string {
  return `${Number((100 * share).toFixed(3))}%`;
}

/** The number that all that is random in one of the study's seeds comes from. */
export function numberOf(runSeed: number, seed: number): number {
  return createRandom(runSeed, "study", seed).next();
}

/** Steps over a share of the items: at least one. */
export function subsetSteps(share: number, steps: number): number {
  return Math.max(1, Math.round(share * steps));
}

export interface PoolOrders extends SeedOrders {
  readonly tasks: Tasks;
  readonly batch: number;
  readonly passes: number;
  /** Of the seed. */
  readonly number: number;
}

/** Places in the pool in the order in which a training takes them. */
export function itemsOf(job: Job, orders: PoolOrders): Int32Array {
  const { near, nearTasks, tasks, number } = orders;
  if (job.kind === "subset") return subsetOf(job, orders);
  switch (job.name) {
    case "near":
      return near;
    case "far":
      return near.toReversed();
    case "random":
      return randomOrder(near.length, number, 0);
    case "round-robin":
      return roundRobin(tasks);
    case "clusters":
      return taskClusters(tasks, number);
    case "near-tasks":
      return nearTasks;
    case "far-tasks":
      return nearTasks.toReversed();
  }
}

/** A share of the items in whole batches, shuffled for every pass: what differs between subsets is their items alone. */
function subsetOf(
  { name, share }: Extract<Job, { kind: "subset" }>,
  { near, number, batch, passes }: PoolOrders,
): Int32Array {
  const count = batch * subsetSteps(share, near.length / batch);
  const ranked = name === "random" ? randomOrder(near.length, number, 1) : near;
  const chosen = name === "farthest" ? ranked.subarray(-count) : ranked.subarray(0, count);
  const random = createRandom(number, "subset", share);
  const all = new Int32Array(count * passes);
  for (let pass = 0; pass < passes; pass++) all.set(random.shuffle(chosen.slice()), pass * count);
  return all;
}
