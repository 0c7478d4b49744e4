import * as z from "zod";
import { datasetId } from "../fields.ts";

/** Orders of the rows; `random` is the first of its draws where one is written. */
export const orderNames = [
  "near",
  "far",
  "random",
  "round-robin",
  "clusters",
  "near-tasks",
  "far-tasks",
  "near-budget",
  "far-budget",
] as const;
export const orderName = z.enum(orderNames);
export type OrderName = z.infer<typeof orderName>;

/** Orders that go by the tasks that rows name. */
export const taskOrders = ["round-robin", "clusters", "near-tasks", "far-tasks"] as const;

const ngram = z.int().min(1).max(12);
const dimensions = z.int().min(16).max(4096);

export const embedding = z
  .discriminatedUnion("type", [
    z
      .strictObject({
        type: z.literal("tfidf").describe("TF-IDF of character n-grams, hashed into so many numbers"),
        shortest: ngram.default(3).describe("Characters of the shortest n-gram"),
        longest: ngram.default(5).describe("Characters of the longest n-gram"),
        dimensions: dimensions
          .default(1024)
          .describe("Numbers of a vector; the hash's error on a cosine is about 1 / sqrt(dimensions)"),
      })
      .refine(({ shortest, longest }) => shortest <= longest, {
        path: ["longest"],
        message: "must be at least `shortest`",
      }),
    z.strictObject({
      type: z
        .literal("encoder")
        .describe(
          "A sentence encoder for English, over the first 128 pieces of a text; from ten long to 90 short rows a second",
        ),
    }),
    z.strictObject({
      type: z.literal("field").describe("Vectors of yours, in a field of each row of both data sets"),
      field: z.string().min(1).max(200).describe("Name of the field, a list of numbers"),
    }),
    z.strictObject({
      type: z
        .literal("matrix")
        .describe("Vectors of yours, as matrices with a line for each row, in the same order"),
      items: datasetId(["matrix"]),
      tests: datasetId(["matrix"]),
    }),
  ])
  .prefault({ type: "tfidf" });
export type Embedding = z.infer<typeof embedding>;

interface SyntheticSizes {
  readonly perFamily: number;
  readonly tests: number;
}

const synthetic = ({ perFamily, tests }: SyntheticSizes) =>
  z
    .strictObject({
      families: z.int().min(2).max(24).default(24).describe("Task families"),
      perFamily: z.int().min(1).max(50_000).default(perFamily).describe("Items of each family"),
      targets: z.int().min(1).max(24).default(4).describe("Families that test items are of"),
      tests: z.int().min(2).max(100_000).default(tests).describe("Test items"),
    })
    .refine(({ families, targets }) => targets <= families, {
      path: ["targets"],
      message: "must not be above `families`",
    })
    .prefault({})
    .describe("Generated task families, where no data set is named");
export type SyntheticSettings = z.infer<ReturnType<typeof synthetic>>;

/** Fields that say which rows there are, and what vectors they have; generated rows are so many when nothing is said. */
export const rowFields = (sizes: SyntheticSizes) => ({
  dataset: datasetId(["instructions"])
    .optional()
    .describe("Rows that are arranged; generated task families when absent"),
  test: datasetId(["instructions"])
    .optional()
    .describe("Rows that they are arranged for; comes with `dataset`"),
  synthetic: synthetic(sizes),
  text: z
    .enum(["instruction-and-answer", "instruction"])
    .default("instruction-and-answer")
    .describe("What of a row is embedded; the second where test items have no answers"),
  embedding,
});

const rows = z.object(rowFields({ perFamily: 1, tests: 2 }));
export type RowInput = z.infer<typeof rows>;

/** Names the field of `given` that does not go with the others. */
export function checkRows(
  { dataset, test, embedding }: Pick<RowInput, "dataset" | "test" | "embedding">,
  refuse: (path: string, message: string) => void,
): void {
  if (dataset !== undefined && test === undefined) refuse("test", "must be given with `dataset`");
  if (test !== undefined && dataset === undefined) refuse("dataset", "must be given with `test`");
  if (dataset === undefined && (embedding.type === "field" || embedding.type === "matrix")) {
    refuse("embedding", "vectors of yours go with data sets of yours: generated rows have none");
  }
}
