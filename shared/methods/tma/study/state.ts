import * as z from "zod";
import { underway } from "../../train.ts";
import { arranging } from "../arranging.ts";

const order = z.custom<Int32Array>((value) => value instanceof Int32Array);

/** Of a seed: places in the pool, near first by items and, where there are tasks, by whole tasks. */
const seedOrders = z.object({ near: order, nearTasks: order });
export type SeedOrders = z.infer<typeof seedOrders>;

/** Losses after so many steps, in nats per token. */
const point = z.object({ step: z.int(), target: z.number(), offTarget: z.number().nullable() });
export type LossAt = z.infer<typeof point>;

/** What a finished training came to. */
const trial = z.object({
  points: z.array(point),
  /** Loss on the test items that selected, at the end. */
  selecting: z.number(),
  /** To the first of the held-out test items that it was judged by. */
  answers: z.array(z.string()),
  model: z.string().optional(),
});
export type Trial = z.infer<typeof trial>;

/** Where a study stands: the vectors and rounds while orders are made, the orders, the trainings that are done. */
export const studying = z.object({
  arranging: arranging.optional(),
  orders: z.array(seedOrders),
  trials: z.array(trial),
  current: z.object({ training: underway, points: z.array(point) }).optional(),
});
export type Studying = z.infer<typeof studying>;
