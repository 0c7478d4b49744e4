import * as z from "zod";
import { contentErrorSchema, maxContentErrors, uploadSchema } from "../uploads/record.ts";

/** Names of files in a model, in Hugging Face layout: flat. */
export const modelFileName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, "must be of letters, digits, '.', '_' and '-', at most 128");

/** What the files of a model tell of it. */
export const modelSummarySchema = z.object({
  architecture: z.string().optional(),
  family: z.string().optional().describe("Kind of architecture, such as llama"),
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

export const modelStatus = z.enum(["uploading", "checking", "ready", "failed"]);
export type ModelStatus = z.infer<typeof modelStatus>;

/** A model that a run left, or that was brought; it can be used once it is `ready`, and its files then never change. */
export const modelSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: modelStatus,
  createdAt: z.iso.datetime(),
  source: z.enum(["run", "upload"]).describe("Where it is from"),
  run: z.string().optional().describe("The run that made it"),
  method: z.string().optional().describe("Method of that run"),
  seed: z.int().optional().describe("Seed of that run"),
  checkedAt: z.iso.datetime().optional().describe("When an uploaded model was checked"),
  summary: modelSummarySchema,
  errors: z
    .array(contentErrorSchema)
    .optional()
    .describe(`Why an uploaded model was refused: at most ${maxContentErrors}; not in lists`),
  files: z.array(z.object({ name: modelFileName, bytes: z.int(), href: z.string() })),
  links: z.object({ self: z.string(), run: z.string().optional() }),
});
export type Model = z.infer<typeof modelSchema>;

/** A model with its card; a run's model has it as the README.md among its files too. */
export const modelDetailSchema = modelSchema.extend({
  card: z.string().describe("Model card: Markdown with a YAML head, as the Hugging Face Hub has them"),
});
export type ModelDetail = z.infer<typeof modelDetailSchema>;

/** Most files of a model that is brought. */
export const maxModelFiles = 256;
/** Most bytes of all files of a model that is brought. */
export const maxModelBytes = 64 * 1024 ** 3;
/** Most bytes of a file that holds no weights: it is read as a whole. */
export const maxTextBytes = 64 * 1024 ** 2;

/** The body of create-model. */
export const newModelSchema = z.strictObject({
  name: z.string().trim().min(1).max(200),
  files: z
    .array(
      z.strictObject({
        name: modelFileName,
        bytes: z.int().min(1).max(maxModelBytes).describe("Its size; another is then refused"),
      }),
    )
    .min(1)
    .max(maxModelFiles)
    .describe(
      "In Hugging Face layout: config.json, model.safetensors or its pieces with their index, tokenizer.json; or a checkpoint of llama2.c with its tokenizer",
    ),
});
export type NewModel = z.infer<typeof newModelSchema>;

export const createdModelSchema = modelSchema.extend({
  uploads: z
    .array(z.object({ name: modelFileName, upload: uploadSchema }))
    .optional()
    .describe("Where each file goes; absent when the call is repeated and all files have arrived"),
});
export type CreatedModel = z.infer<typeof createdModelSchema>;
