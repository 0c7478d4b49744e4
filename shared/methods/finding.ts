import * as z from "zod";

/** A claim, whether a run's figures bear it out, and the figures in words. */
export const finding = z.object({
  claim: z.string(),
  holds: z.boolean().describe("Whether the difference is larger than the spread of the seeds"),
  text: z.string(),
});
export type Finding = z.infer<typeof finding>;
