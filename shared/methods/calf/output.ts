import * as z from "zod";
import { finding } from "../finding.ts";
import { answerMetricNames, coefficients, metricKinds } from "./names.ts";

const share = z.number().min(0).max(1);
const count = z.int().min(0);
const kind = z.enum(metricKinds);

const classFigures = z.object({
  support: count.describe("Judgements that carry the label"),
  precision: share.nullable(),
  recall: share.nullable(),
  f1: share,
});

const metric = z.object({
  name: z.string(),
  kind,
  setting: z.string().describe("`all`, or one of the settings that the data name"),
  judgements: count,
  accuracy: share.describe("Share of verdicts that are people's: first, second or same; no verdict is wrong"),
  low: share.nullable().describe("Of the accuracy, over draws of the questions"),
  high: share.nullable(),
  decided: share.nullable().describe("The same where people and the metric both prefer one"),
  macroF1: share.describe("Mean over the labels that occur"),
  microF1: share,
  classes: z.object({ first: classFigures, second: classFigures, same: classFigures }),
  ties: z.object({ labelled: count, predicted: count, right: count }),
  invalid: count.describe("Judgements without a verdict, which count as wrong"),
  margin: z.number().describe("Differences of scores up to it are a tie"),
  overBaseline: z
    .object({
      baseline: z.string(),
      by: z.number().describe("Accuracy less the baseline's"),
      low: z.number().nullable(),
      high: z.number().nullable(),
    })
    .nullable()
    .describe("Against the best baseline of the setting; null for baselines"),
});
export type MetricFigures = z.infer<typeof metric>;

const ranked = z.object({
  name: z.string(),
  kind,
  accuracy: share,
  rank: z.int().min(1),
  low: z.number(),
  high: z.number(),
});

const judges = z.object({
  provider: z.string(),
  model: z.string(),
  calls: count.describe("Answers of the model, those that it had given before included"),
  inputTokens: z.number(),
  outputTokens: z.number(),
  cost: z.number().nullable().describe("Null where prices are not configured"),
  swaps: z.object({
    asked: count.describe("Pairs whose verdict was read in both orders"),
    consistent: count,
    firstPlace: count.describe("Pairs in which whatever stood first won"),
  }),
});

const skipped = z.array(z.object({ name: z.string(), reason: z.string() }));

const probe = z.object({
  name: z.string(),
  kind,
  instruction: z.number().describe("Mean change of the score by a text that asks the judge for full marks"),
  shuffled: z.number().describe("The same by its words in an order without sense"),
  beyondWords: z.number().describe("Mean of what the one changes beyond the other"),
  low: z.number(),
  high: z.number(),
});

const metaEvaluated = z.object({
  task: z.literal("meta-evaluate"),
  source: z.string(),
  judgements: count.describe("That the figures are taken over"),
  questions: count,
  settings: z.array(z.object({ name: z.string(), judgements: count })),
  labels: z.object({ first: count, second: count, same: count }),
  sidesDrawn: z.boolean().describe("Whether the seed drew which response is the first"),
  leftOut: z.object({ overLimit: count, withoutReference: count, development: count }),
  metrics: z.array(metric),
  ranking: z.array(ranked).describe("By accuracy over all settings, baselines aside"),
  correlation: z.object({
    coefficient: z.enum(coefficients),
    names: z.array(z.string()),
    values: z.array(z.array(z.number().nullable())).describe("Of score differences, metric by metric"),
  }),
  learned: z
    .object({
      folds: z.int(),
      weights: z
        .array(z.object({ feature: z.string(), mean: z.number(), sd: z.number() }))
        .describe("Of features over their root mean square, over the folds"),
      cut: z.object({ mean: z.number(), sd: z.number() }),
    })
    .nullable(),
  probes: z.array(probe).describe("What a text that addresses the judge does; of constructed judgements"),
  committees: z.array(z.object({ name: z.string(), members: z.array(z.string()) })),
  judges: judges.nullable(),
  skipped: skipped.describe("Metrics that were asked for and could not be taken, and why"),
  findings: z.array(finding),
});
export type MetaEvaluateOutput = z.infer<typeof metaEvaluated>;

const interval = { low: z.number().nullable(), high: z.number().nullable() };

const scored = z.object({
  task: z.literal("score"),
  source: z.string(),
  answers: count,
  questions: count,
  systems: z.array(
    z.object({
      name: z.string(),
      answers: count,
      scores: z.array(
        z.object({
          name: z.enum(answerMetricNames),
          kind,
          corpus: z
            .number()
            .nullable()
            .describe("From the summed statistics; null for metrics that have none"),
          mean: z.number().nullable().describe("Of the answers' own scores"),
          ...interval,
          missing: count.describe("Answers without a score"),
          statistics: z
            .array(z.number())
            .describe("Sums over the answers: those of several runs add up to the statistics of all"),
        }),
      ),
    }),
  ),
  judges: judges.nullable(),
  skipped,
  files: z.array(z.object({ name: z.string(), rows: count })),
});
export type ScoreOutput = z.infer<typeof scored>;

const rankedSystem = z.object({
  name: z.string(),
  answers: count,
  score: z.number().describe("Mean of the answers' scores"),
  ...interval,
  rank: z.int().min(1),
  rankLow: z.number(),
  rankHigh: z.number(),
  winRate: share.nullable().describe("Mean over the other systems; null where no question is shared"),
});

const rankedSystems = z.object({
  task: z.literal("rank"),
  source: z.string(),
  metric: z.enum(answerMetricNames),
  higherIsBetter: z.boolean(),
  questions: count,
  systems: z.array(rankedSystem).describe("The best first"),
  wins: z
    .array(
      z.object({
        system: z.string(),
        over: z.string(),
        questions: count,
        rate: share.describe("Share of the shared questions on which it scores higher, equals counted half"),
        low: share,
        high: share,
      }),
    )
    .describe("Of every two systems with questions in common"),
  judges: judges.nullable(),
  missing: count.describe("Answers without a score, which are left out"),
});
export type RankOutput = z.infer<typeof rankedSystems>;

/** What a CALF run gives, by task. */
export const output = z.discriminatedUnion("task", [metaEvaluated, scored, rankedSystems]);
export type Output = z.infer<typeof output>;
