import * as z from "zod";

/** Names of files in a model, in Hugging Face layout: flat. */
export const modelFileName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, "must be of letters, digits, '.', '_' and '-', at most 128");

/** What `config.json` and the tensors tell of a model. */
export const modelSummarySchema = z.object({
  architecture: z.string().optional(),
  parameters: z.int().optional(),
  contextLength: z.int().optional(),
  vocabulary: z.int().optional(),
  width: z.int().optional(),
  layers: z.int().optional(),
});
export type ModelSummary = z.infer<typeof modelSummarySchema>;

/** A model that a run left, in Hugging Face layout. */
export const modelSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  run: z.string().describe("The run that made it"),
  method: z.string(),
  summary: modelSummarySchema,
  files: z.array(z.object({ name: modelFileName, bytes: z.int(), href: z.string() })),
  links: z.object({ self: z.string(), run: z.string() }),
});
export type Model = z.infer<typeof modelSchema>;
