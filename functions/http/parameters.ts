import * as z from "zod";
import { limitSchema } from "../../shared/resources/page.ts";
import { runStatus } from "../../shared/resources/runs/record.ts";

const page = { limit: limitSchema, cursor: z.string().optional().describe("`next` of the page before") };
const name = z.string().optional().describe("Only the curves of this name");
const count = z.coerce.number().int().min(0);

/** The query parameters of each route that has some. */
export const queries = {
  "create-run": z.strictObject({
    preset: z.string().optional().describe("The input is laid over this preset's"),
    seed: z.coerce
      .number()
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(0)
      .describe("The same input and seed give the same result"),
  }),
  "list-runs": z.strictObject({
    method: z.string().optional(),
    status: runStatus.optional(),
    ...page,
  }),
  "list-events": z.strictObject({
    after: count.default(0).describe("Id of the last event that is known"),
    limit: z.coerce.number().int().min(1).max(1000).default(1000),
  }),
  "list-metrics": z.strictObject({
    name,
    after: count.default(0).describe("`position` of the last answer: only what came later"),
    points: z.coerce
      .number()
      .int()
      .min(2)
      .max(10_000)
      .optional()
      .describe("All curves from their beginning, each thinned out to at most so many points"),
  }),
  "list-datasets": z.strictObject(page),
  "list-models": z.strictObject({
    run: z.string().max(100).optional().describe("Only those that this run left"),
    method: z.string().optional().describe("Only those that runs of this method left"),
    ...page,
  }),
} as const;

/** Longest time, in seconds, that a call waits for its run. */
export const longestWait = 25;
export const maxBodyBytes = 256 * 1024;

export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 printable ASCII characters");
