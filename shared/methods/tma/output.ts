import * as z from "zod";
import { finding } from "../finding.ts";
import { orderName } from "./fields.ts";
import { studied } from "./study/output.ts";

/** Rounds that an output lists at most; `rounds.csv` has all. */
export const mostRounds = 10_000;

const spread = z.object({ mean: z.number(), sd: z.number().describe("Over the random draws; 0 otherwise") });

const stretch = z.object({
  fraction: z.number().describe("Share of the order, from its beginning"),
  items: z.int(),
  nearest: spread.describe("Mean cosine with the nearest test item"),
  average: spread.describe("Mean cosine over all test items"),
  coverage: spread.describe("Mean over the test items of the cosine with the nearest item of the stretch"),
  weightedDistance: spread.describe("Mean weighted similarity distance"),
  bigramDivergence: spread.describe("KL(test | data) of the bigrams of words, in nats"),
  onTarget: spread
    .nullable()
    .describe("Share of the items whose task is one of the test set's; null without tasks"),
});
export type Stretch = z.infer<typeof stretch>;

const order = z.object({
  name: orderName,
  items: z.int(),
  draws: z.int().describe("Random orders that the figures are means of; 1 for all others"),
  stretches: z.array(stretch),
});
export type OrderResult = z.infer<typeof order>;

const task = z.object({
  name: z.string(),
  items: z.int(),
  isTarget: z.boolean().describe("Whether the test set has rows of it"),
  meanRound: z.number().describe("Rounds are counted from 1"),
  nearest: z.number().describe("Mean cosine of its items with the nearest reported test item"),
  inFirstTenth: z.number().describe("Share of the near order's first tenth"),
});
export type TaskResult = z.infer<typeof task>;

const arranged = z.object({
  task: z.literal("arrange"),
  items: z.int(),
  tests: z.object({ selecting: z.int(), heldOut: z.int() }),
  reportedOn: z.enum(["held-out", "selecting"]).describe("Half of the test set that the figures are of"),
  embedding: z.object({ type: z.string(), dimensions: z.int() }),
  roundCount: z.int(),
  rounds: z
    .array(
      z.object({
        size: z.int(),
        meanSimilarity: z
          .number()
          .describe("Mean over the selecting test items of the cosine with what each took"),
      }),
    )
    .describe(`The first ${mostRounds} rounds`),
  orders: z.array(order),
  optimism: z
    .number()
    .nullable()
    .describe(
      "Of what the near order's first tenth gains in similarity over a random tenth, the share that is gone on the held-out half; null without one",
    ),
  tasks: z.array(task).describe("The first 1,000 tasks"),
  files: z.array(z.object({ name: z.string(), order: orderName, items: z.int(), bytes: z.int() })),
  findings: z.array(finding),
});

/** What a TMA run gives, by task. */
export const output = z.discriminatedUnion("task", [arranged, studied]);
export type Output = z.infer<typeof output>;
export type ArrangeOutput = z.infer<typeof arranged>;
