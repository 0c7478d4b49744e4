import * as z from "zod";

const preset = z.object({
  summary: z.string(),
  cost: z.string(),
  input: z.record(z.string(), z.json()),
});

/** A method as the list shows it. */
export const methodSummarySchema = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  paper: z.object({ title: z.string(), url: z.string() }),
});
export type MethodSummary = z.infer<typeof methodSummarySchema>;

/** A method with its presets and the JSON Schemas of its input and output. */
export const methodSchema = methodSummarySchema.extend({
  presets: z.record(z.string(), preset),
  input: z.unknown(),
  output: z.unknown(),
});
export type MethodDescription = z.infer<typeof methodSchema>;
