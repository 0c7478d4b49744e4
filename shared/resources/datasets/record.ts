import * as z from "zod";
import { contentErrorSchema, maxContentErrors, uploadSchema } from "../uploads/record.ts";
import { previewSchema, profileSchema } from "./profile.ts";

/** What a data set can hold. Each kind has its own check on arrival and its own profile. */
export const datasetKind = z.enum(["text", "instructions", "preferences", "judgements", "matrix", "scene"]);
export type DatasetKind = z.infer<typeof datasetKind>;

export const datasetStatus = z.enum(["pending", "ready", "invalid"]);

/** Largest content, in bytes. */
export const maxDatasetBytes = 16 * 1024 ** 3;
/** Longest sample sheet, in characters. */
export const maxSheetCharacters = 128 * 1024;

const time = z.iso.datetime();

/** A data set. It can be used once it is `ready`; its content then never changes. */
export const datasetSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: datasetKind,
  status: datasetStatus,
  createdAt: time,
  checkedAt: time.optional(),
  bytes: z.int().optional().describe("Size of the content; before it has arrived, the size announced"),
  sha256: z.string().optional().describe("Of the content as it was uploaded, in hexadecimal"),
  summary: profileSchema.optional().describe("What the check on arrival found in the content"),
  preview: previewSchema.optional().describe("The beginning of the content as a table; not in lists"),
  errors: z
    .array(contentErrorSchema)
    .optional()
    .describe(`Why the content was refused: at most ${maxContentErrors}; not in lists`),
  links: z.object({ self: z.string() }),
});
export type Dataset = z.infer<typeof datasetSchema>;

/** The body of create-dataset. */
export const newDatasetSchema = z.strictObject({
  name: z.string().trim().min(1).max(200),
  kind: datasetKind.default("text"),
  bytes: z
    .int()
    .min(1)
    .max(maxDatasetBytes)
    .optional()
    .describe(`Size of the content that follows; another size is then refused. Needed above 5 GB`),
  samples: z
    .string()
    .min(1)
    .max(maxSheetCharacters)
    .optional()
    .describe("The sample sheet of a matrix: a table as text, one line a sample, with its label and group"),
});
export type NewDataset = z.infer<typeof newDatasetSchema>;

export const createdDatasetSchema = datasetSchema.extend({
  upload: uploadSchema.optional().describe("Absent when the call is repeated and the content has arrived"),
});
export type CreatedDataset = z.infer<typeof createdDatasetSchema>;
