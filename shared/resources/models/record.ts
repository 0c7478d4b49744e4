import * as z from "zod";

/** Names of files in a model, in Hugging Face layout: flat. */
export const modelFileName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, "must be of letters, digits, '.', '_' and '-', at most 128");

/** What the files of a model tell of it. */
export const modelSummarySchema = z.object({
  architecture: z.string().optional(),
  parameters: z.int().optional().describe("Numbers in all tensors"),
  contextLength: z.int().optional().describe("Longest sequence that it was trained on, in tokens"),
  vocabulary: z.int().optional(),
  width: z.int().optional(),
  layers: z.int().optional(),
  heads: z.int().optional(),
  position: z.string().optional().describe("Position embedding, such as rope"),
  tokenizer: z.string().optional().describe("Kind of tokenizer, such as bytes or byte-level BPE"),
  dtype: z.string().optional().describe("Type of the stored numbers, such as float32"),
});
export type ModelSummary = z.infer<typeof modelSummarySchema>;

/** A model that a run left, in Hugging Face layout. */
export const modelSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  run: z.string().describe("The run that made it"),
  method: z.string(),
  seed: z.int().optional().describe("Seed of that run"),
  summary: modelSummarySchema,
  files: z.array(z.object({ name: modelFileName, bytes: z.int(), href: z.string() })),
  links: z.object({ self: z.string(), run: z.string() }),
});
export type Model = z.infer<typeof modelSchema>;

/** A model with its card, which is also the README.md among its files. */
export const modelDetailSchema = modelSchema.extend({
  card: z.string().describe("Model card: Markdown with a YAML head, as the Hugging Face Hub has them"),
});
export type ModelDetail = z.infer<typeof modelDetailSchema>;
