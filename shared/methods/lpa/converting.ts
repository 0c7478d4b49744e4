import * as z from "zod";
import { lossPoints } from "../loss-curve.ts";
import { underway } from "../train.ts";
import { factoring } from "./factoring.ts";

/** One model's losses, before and after its fine-tuning. */
const judged = z.object({
  key: z.string(),
  before: z.number(),
  after: z.number().nullable(),
  model: z.string().nullable(),
  points: lossPoints,
});
export type Judged = z.infer<typeof judged>;

/** Where a conversion stands: the layers factored, the models judged, and the one under way. */
export const converting = z.object({
  factoring,
  judged: z.array(judged),
  before: z.number().optional(),
  current: underway.optional(),
});
export type Converting = z.infer<typeof converting>;
