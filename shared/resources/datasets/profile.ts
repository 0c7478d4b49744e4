import * as z from "zod";

/** The beginning of a content as a table of texts: long cells and many columns are cut. */
export const previewSchema = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(z.string())),
});
export type Preview = z.infer<typeof previewSchema>;

const count = z.int().min(0);

/** How long texts are, in characters (UTF-16 units); median and p95 are right to about two per cent. */
export const lengthsSchema = z.object({
  min: count,
  mean: z.number(),
  median: count,
  p95: count,
  max: count,
});
export type Lengths = z.infer<typeof lengthsSchema>;

/** Values with how often they occur, the most frequent first; of very many only the first. */
export const countsSchema = z.array(z.object({ value: z.string(), count }));
export type Counts = z.infer<typeof countsSchema>;

/** How the content is written; methods read it without these differences. */
export const formatSchema = z.object({
  compression: z.enum(["none", "gzip", "zip"]),
  layout: z.enum(["text", "jsonl", "json-array", "tsv", "csv", "semicolon-csv", "archive"]),
  bytes: count.describe("Size once decompressed"),
  bom: z.boolean().describe("Begins with a byte order mark"),
  newlines: z.enum(["lf", "crlf", "mixed", "none"]),
});
export type Format = z.infer<typeof formatSchema>;

const languages = countsSchema.describe("ISO 639-1 codes, guessed from a sample of the texts; und: unknown");

const columns = z.array(z.object({ name: z.string(), present: count, lengths: lengthsSchema.optional() }));

const rowsOf = { format: formatSchema, rows: count, columns, languages };

/** What the check on arrival found, by kind. */
export const profileSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("text"),
    lines: count,
    characters: count.describe("Unicode code points"),
    format: formatSchema,
    languages,
  }),
  z.object({ kind: z.literal("instructions"), ...rowsOf, tasks: countsSchema, taskCount: count }),
  z.object({
    kind: z.literal("preferences"),
    ...rowsOf,
    pairs: count.describe("Rows with a chosen and a rejected response"),
    responses: count,
    labels: countsSchema.describe("Of responses that carry one"),
  }),
  z.object({
    kind: z.literal("judgements"),
    ...rowsOf,
    responses: count,
    references: count.describe("Rows with a reference"),
    labels: countsSchema,
    settings: countsSchema.describe("Who is compared with whom, where rows say so"),
  }),
  z.object({
    kind: z.literal("matrix"),
    format: formatSchema,
    rows: count,
    idColumn: z.string(),
    samples: z.array(
      z.object({
        label: z.string(),
        column: z.string(),
        group: z.string().optional(),
        missing: count,
        zeros: count,
        min: z.number().optional(),
        max: z.number().optional(),
      }),
    ),
    groups: countsSchema.describe("Samples by group, as the sample sheet has them"),
    annotations: z.array(z.string()).describe("Columns that are not samples"),
    missing: count.describe("Cells of samples without a number"),
    zeros: count,
    long: z
      .object({ sample: z.string(), value: z.string() })
      .optional()
      .describe("Columns of a table with a line for each id and sample"),
  }),
  z.object({
    kind: z.literal("scene"),
    format: formatSchema,
    source: z.enum(["transforms", "colmap-text", "colmap-binary"]),
    views: count,
    missingImages: count.describe("Views whose image is not in the archive"),
    depthMaps: count,
    points: count.describe("Of the sparse reconstruction"),
    splits: countsSchema,
    cameras: z.array(z.object({ model: z.string(), width: count, height: count, views: count })),
    images: z.array(z.object({ width: count, height: count, count })).describe("Sizes of the images"),
  }),
]);
export type Profile = z.infer<typeof profileSchema>;
export type ProfileOf<Kind extends Profile["kind"]> = Extract<Profile, { kind: Kind }>;
