import * as z from "zod";
import { previewSchema, profileSchema } from "./profile.ts";

/** What a data set can hold. Each kind has its own check on arrival and its own profile. */
export const datasetKind = z.enum(["text", "instructions", "preferences", "judgements", "matrix", "scene"]);
export type DatasetKind = z.infer<typeof datasetKind>;

export const datasetStatus = z.enum(["pending", "ready", "invalid"]);

const mebibyte = 1024 ** 2;
/** Largest content, in bytes. */
export const maxDatasetBytes = 16 * 1024 * mebibyte;
/** Largest content that is announced and still goes up in one request; more goes in parts of this size. */
export const partBytes = 64 * mebibyte;
/** Longest sample sheet, in characters. */
export const maxSheetCharacters = 128 * 1024;
/** Most errors that are told of one content. */
export const maxContentErrors = 100;

const time = z.iso.datetime();

/** Something wrong in the content, and where. */
export const contentErrorSchema = z.object({
  message: z.string(),
  file: z.string().optional().describe("Which file of an archive"),
  line: z.int().optional().describe("From 1"),
  column: z.int().optional().describe("Place in the line, in characters from 1"),
  field: z.string().optional().describe("JSON pointer of a field, such as /responses/0; or a table's column"),
  offset: z.int().optional().describe("Bytes from 0, in the content as it is once decompressed"),
});
export type ContentError = z.infer<typeof contentErrorSchema>;

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

/** Where the content goes, within the hour. A repeated create-dataset with the same key has fresh links. */
export const uploadSchema = z.discriminatedUnion("how", [
  z
    .object({
      how: z.literal("whole"),
      method: z.literal("PUT"),
      url: z.string(),
      headers: z.record(z.string(), z.string()),
    })
    .describe("One request with exactly these headers"),
  z
    .object({
      how: z.literal("parts"),
      method: z.literal("PUT"),
      partBytes: z.int().describe("Size of each part but the last, which has the rest"),
      parts: z.array(z.object({ number: z.int(), url: z.string() })),
      complete: z.string().describe("Path to POST to, without a body, when every part has been put"),
    })
    .describe("One request for each part, in any order and again where one failed; then complete-upload"),
]);
export type Upload = z.infer<typeof uploadSchema>;

export const createdDatasetSchema = datasetSchema.extend({
  upload: uploadSchema.optional().describe("Absent when the call is repeated and the content has arrived"),
});
export type CreatedDataset = z.infer<typeof createdDatasetSchema>;
