import * as z from "zod";

/** What a data set can hold. Each kind has its own check on arrival and its own summary. */
export const datasetKind = z.enum(["text"]);

export const datasetStatus = z.enum(["pending", "ready", "invalid"]);

/** Largest content, in bytes. */
export const maxDatasetBytes = 1024 ** 3;

const time = z.iso.datetime();

/** Something wrong in the content: lines count from 1, offsets in bytes from 0. */
export const contentErrorSchema = z.object({
  message: z.string(),
  line: z.int().optional(),
  offset: z.int().optional(),
});
export type ContentError = z.infer<typeof contentErrorSchema>;

/** What the check on arrival counted, by kind. */
export const contentSummarySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text"), lines: z.int(), characters: z.int().describe("Unicode code points") }),
]);
export type ContentSummary = z.infer<typeof contentSummarySchema>;

/** A data set. It can be used once it is `ready`; its content then never changes. */
export const datasetSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: datasetKind,
  status: datasetStatus,
  createdAt: time,
  checkedAt: time.optional(),
  bytes: z.int().optional().describe("Size of the content; before it has arrived, the size announced"),
  sha256: z.string().optional().describe("Of the content, in hexadecimal"),
  summary: contentSummarySchema.optional(),
  errors: z.array(contentErrorSchema).optional().describe("Why the content was refused"),
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
    .describe("Size of the content that follows; another size is then refused"),
});
export type NewDataset = z.infer<typeof newDatasetSchema>;

/** Where the content goes: one request with exactly these headers, within the hour. */
export const uploadSchema = z.object({
  url: z.string(),
  method: z.literal("PUT"),
  headers: z.record(z.string(), z.string()),
});
export type Upload = z.infer<typeof uploadSchema>;

export const createdDatasetSchema = datasetSchema.extend({ upload: uploadSchema });
export type CreatedDataset = z.infer<typeof createdDatasetSchema>;
