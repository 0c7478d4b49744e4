import * as z from "zod";
import { datasetId } from "../fields.ts";
import { distinct } from "../transformer-fields.ts";

/** Orders that an arrangement makes; `random` is the first of its draws where it is written. */
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

const synthetic = z
  .strictObject({
    families: z.int().min(2).max(24).default(24).describe("Task families"),
    perFamily: z.int().min(1).max(50_000).default(50).describe("Items of each family"),
    targets: z.int().min(1).max(24).default(4).describe("Families that test items are of"),
    tests: z.int().min(2).max(100_000).default(80).describe("Test items"),
  })
  .refine(({ families, targets }) => targets <= families, {
    path: ["targets"],
    message: "must not be above `families`",
  })
  .prefault({})
  .describe("Generated task families, where no data set is named");
export type SyntheticSettings = z.infer<typeof synthetic>;

const arrange = z.strictObject({
  task: z.literal("arrange").default("arrange").describe("Arrange instruction data for a test set"),
  dataset: datasetId(["instructions"])
    .optional()
    .describe("What is arranged; generated task families when absent"),
  test: datasetId(["instructions"]).optional().describe("What it is arranged for; comes with `dataset`"),
  synthetic,
  text: z
    .enum(["instruction-and-answer", "instruction"])
    .default("instruction-and-answer")
    .describe("What of a row is embedded; the second where test items have no answers"),
  embedding,
  heldOut: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.5)
    .describe("Share of the test items, drawn at random, that do not select and are reported on; 0 is none"),
  randomDraws: z.int().min(1).max(50).default(5).describe("Random orders to hold the others against"),
  budget: z
    .strictObject({
      nearest: z.int().min(1).max(2_000_000).default(15_000),
      farthest: z.int().min(0).max(2_000_000).default(15_000),
    })
    .optional()
    .describe("Also the budgeted form of the released code: so many nearest and so many farthest items"),
  write: z
    .array(orderName)
    .min(1)
    .max(9)
    .refine(distinct, "must not repeat an order")
    .default(["near"])
    .describe("Orders that are written as JSON Lines"),
  shardBytes: z
    .int()
    .min(4096)
    .max(256 * 2 ** 20)
    .default(64 * 2 ** 20)
    .describe("Size of a written file; larger where there would be too many"),
});

function fits(given: z.infer<typeof arrange>, ctx: z.core.$RefinementCtx<z.infer<typeof arrange>>): void {
  const refuse = (path: string, message: string) =>
    ctx.addIssue({ code: "custom", path: [path], message, input: given });
  if (given.dataset !== undefined && given.test === undefined) refuse("test", "must be given with `dataset`");
  if (given.test !== undefined && given.dataset === undefined) refuse("dataset", "must be given with `test`");
  if (
    given.dataset === undefined &&
    (given.embedding.type === "field" || given.embedding.type === "matrix")
  ) {
    refuse("embedding", "vectors of yours go with data sets of yours: generated rows have none");
  }
  if (given.budget === undefined && given.write.some((order) => order.endsWith("-budget"))) {
    refuse("budget", "must be given where a budgeted order is written");
  }
}

/** What a TMA run takes, by task. */
export const input = z.discriminatedUnion("task", [arrange.superRefine(fits)]);
export type Input = z.infer<typeof input>;
export type ArrangeInput = z.infer<typeof arrange>;
