import * as z from "zod";
import { finding } from "../../finding.ts";
import { studyOrder } from "./input.ts";

const spread = z.object({ mean: z.number(), sd: z.number().describe("Over the seeds; 0 for one") });
const perFraction = z.array(
  z.object({ fraction: z.number().describe("Of the epoch"), mean: z.number(), sd: z.number() }),
);

/** Of greedy answers to held-out test items at the end, from 0 to 1; null where none were asked for. */
const scores = {
  exactMatch: spread.nullable(),
  rougeL: spread.nullable().describe("F of the longest common subsequence"),
};

const order = z.object({
  name: studyOrder,
  loss: perFraction.describe("On the held-out test items, nats per token of their answers"),
  offTarget: perFraction.nullable().describe("On rows of tasks that the test set has none of"),
  early: spread.describe("Area under the loss over the first tenth of the epoch, divided by the tenth"),
  end: spread.describe("Loss at the end of the epoch"),
  endSelecting: spread.describe("The same on the test items that selected"),
  offTargetEarly: spread.nullable(),
  offTargetEnd: spread.nullable(),
  ...scores,
  model: z.string().describe("Of the first seed, as a stored model"),
});
export type OrderStudied = z.infer<typeof order>;

export const subsetNames = ["nearest", "random", "farthest"] as const;
export const subsetName = z.enum(subsetNames);
export type SubsetName = z.infer<typeof subsetName>;

const subset = z.object({
  share: z.number().describe("Of the items, as asked for"),
  name: subsetName,
  items: z.int(),
  steps: z.int(),
  loss: spread.describe("On the held-out test items at the end"),
  offTarget: spread.nullable(),
  ...scores,
});
export type SubsetStudied = z.infer<typeof subset>;

/** What two trainings are compared by: the paper's three claims, and the off-target controls of the first two. */
export const measures = ["early", "end", "subset", "off-target-early", "off-target-end"] as const;
export const verdicts = ["lower", "not shown", "higher"] as const;

const comparison = z.object({
  measure: z.enum(measures),
  share: z.number().nullable().describe("Of the subsets that are compared; null for orders"),
  first: z.string(),
  second: z.string(),
  difference: spread.describe("First minus second within a seed; negative where the first is better"),
  lowerIn: z.int().describe("Seeds in which the first has the lower loss"),
  seeds: z.int(),
  verdict: z
    .enum(verdicts)
    .describe("What the first is, where the mean difference is larger than the seeds' spread of it"),
});
export type Comparison = z.infer<typeof comparison>;

export const studied = z.object({
  task: z.literal("study"),
  items: z.int().describe("Rows of an epoch"),
  steps: z.int().describe("Of an epoch"),
  seeds: z.int(),
  parameters: z.int(),
  tests: z.object({
    selecting: z.int(),
    heldOut: z.int().describe("The half that is reported on"),
    evaluated: z.int().describe("Of it, the items that the loss is taken on"),
    answered: z.int().describe("Of these, the items that are answered greedily at the end"),
    seenInTraining: z
      .number()
      .describe("Share of the test items that stand in the training data word for word"),
  }),
  offTargetItems: z.int(),
  leftOut: z.object({
    tooLong: z.int().describe("Rows of more than `maxTokens`"),
    blank: z.int().describe("Rows without an answer"),
    surplus: z.int().describe("Rows that no whole batch was left for"),
  }),
  orders: z.array(order),
  subsets: z.array(subset),
  comparisons: z.array(comparison),
  findings: z.array(finding),
});
export type StudyOutput = z.infer<typeof studied>;
