import * as z from "zod";

/** Largest content that is announced and still goes up in one request; more goes in parts of this size. */
export const partBytes = 64 * 1024 ** 2;
/** Most errors that are told of one content. */
export const maxContentErrors = 100;

/** Something wrong in what was uploaded, and where. */
export const contentErrorSchema = z.object({
  message: z.string(),
  file: z.string().optional().describe("Which file of an archive or a model"),
  line: z.int().optional().describe("From 1"),
  column: z.int().optional().describe("Place in the line, in characters from 1"),
  field: z
    .string()
    .optional()
    .describe("JSON pointer of a field, such as /responses/0; a table's column; a model's tensor"),
  offset: z.int().optional().describe("Bytes from 0, in the content as it is once decompressed"),
});
export type ContentError = z.infer<typeof contentErrorSchema>;

/** Where a content goes, within the hour. A repeated call with the same Idempotency-Key has fresh links. */
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
    .describe(
      "One request for each part, in any order and again where one failed; then the call that completes it",
    ),
]);
export type Upload = z.infer<typeof uploadSchema>;
