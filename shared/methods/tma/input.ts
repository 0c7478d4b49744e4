import * as z from "zod";
import { distinct } from "../transformer-fields.ts";
import { checkRows, orderName, rowFields } from "./fields.ts";
import { study } from "./study/input.ts";

const arrange = z.strictObject({
  task: z.literal("arrange").default("arrange").describe("Arrange instruction data for a test set"),
  ...rowFields({ perFamily: 50, tests: 80 }),
  heldOut: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.5)
    .describe("Share of the test items, drawn at random, that do not select and are reported on; 0 is none"),
  randomDraws: z.int().min(1).max(50).default(5).describe("Random orders to hold the others against"),
  budget: z
    .strictObject({
      nearest: z.int().min(1).max(2_000_000).default(15_000),
      farthest: z.int().min(0).max(2_000_000).default(15_000),
    })
    .optional()
    .describe("Also the budgeted form of the released code: so many nearest and so many farthest items"),
  write: z
    .array(orderName)
    .min(1)
    .max(9)
    .refine(distinct, "must not repeat an order")
    .default(["near"])
    .describe("Orders that are written as JSON Lines"),
  shardBytes: z
    .int()
    .min(4096)
    .max(256 * 2 ** 20)
    .default(64 * 2 ** 20)
    .describe("Size of a written file; larger where there would be too many"),
});

function fits(given: z.infer<typeof arrange>, ctx: z.core.$RefinementCtx<z.infer<typeof arrange>>): void {
  const refuse = (path: string, message: string) =>
    ctx.addIssue({ code: "custom", path: [path], message, input: given });
  checkRows(given, refuse);
  if (given.budget === undefined && given.write.some((order) => order.endsWith("-budget"))) {
    refuse("budget", "must be given where a budgeted order is written");
  }
}

/** What a TMA run takes, by task. */
export const input = z.discriminatedUnion("task", [arrange.superRefine(fits), study]);
export type Input = z.infer<typeof input>;
export type ArrangeInput = z.infer<typeof arrange>;
