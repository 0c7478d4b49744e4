import * as z from "zod";
import { finding } from "../finding.ts";
import { fitNames } from "./fits.ts";
import { decoderName, routerName } from "./input.ts";
import { uncertaintyNames } from "./uncertainty.ts";

const share = z.number().min(0).max(1);

const traced = z.object({
  token: z.int(),
  piece: z.string().describe("The token's text"),
  by: z
    .enum(["small", "both", "large"])
    .describe("Who stands for it: the small model alone, both, or the large one against the small one"),
  consulted: z.boolean().describe("Whether the large model was asked here"),
  accepted: z
    .boolean()
    .nullable()
    .describe("Speculative decoding: whether the draft stood; null without a draft"),
  rejected: z.string().nullable().describe("Speculative decoding: the draft that this token replaced"),
  small: share.describe("Probability under the small model"),
  large: share.nullable().describe("Probability under the large or fused model, where it was asked"),
});
export type Traced = z.infer<typeof traced>;

const models = z.object({
  small: z.int().describe("Parameters"),
  large: z.int().describe("Parameters"),
});

const generated = z.object({
  task: z.literal("generate"),
  text: z.string(),
  trace: z.array(traced),
  cof: share.describe(
    "Share of the tokens where the large model changes the small one's most probable token",
  ),
  cofUntuned: share.nullable().describe("In proxy tuning, the same beside the untuned small model"),
  consulted: share.describe("Share of the tokens at which the large model was asked"),
  tokensPerLargeCall: z.number().nullable().describe("Null where it was never called"),
  seconds: z.number().describe("Wall time of the decoding"),
  models,
  rounding: z
    .object({ tokens: z.int(), float32: z.number(), int8: z.number() })
    .nullable()
    .describe("With int8: the large model's perplexity of the prompt and the text, in both precisions"),
  saved: z.array(z.string()).describe("Ids of the models that were trained within the run"),
});

const compared = z.object({
  decoder: decoderName,
  router: routerName,
  beside: routerName.nullable().describe("Of the random router: at whose rate it asks"),
  targetRate: z.number().nullable().describe("Of a sweep's threshold, by the calibration"),
  rate: share.describe("Share of the tokens at which the large model was asked"),
  quality: share.describe("Right answers, or tokens of the text that are the most probable ones"),
  cof: share.describe(
    "Share of the tokens where the large model changes the small one's most probable token",
  ),
  cofUntuned: share.nullable().describe("In proxy tuning, the same beside the untuned small model"),
  tokensPerLargeCall: z.number().nullable(),
  tokensPerSecond: z.number().nullable().describe("Null where nothing was written"),
});
export type Compared = z.infer<typeof compared>;

const comparison = z.object({
  task: z.literal("compare"),
  quality: z.enum(["right answers", "right tokens"]).describe("What quality counts"),
  prompts: z.int(),
  models,
  saved: z.array(z.string()).describe("Ids of the models that were trained within the run"),
  results: z.array(compared),
  findings: z.array(finding),
});

const studied = z.object({
  key: z.string(),
  dModel: z.int(),
  layers: z.int(),
  seed: z.int(),
  parameters: z.int(),
  loss: z.number().describe("Nats per token of the held-out text"),
  accuracy: share.describe("Share of the held-out tokens that are the most probable ones"),
  model: z.string(),
});
export type Studied = z.infer<typeof studied>;

const pair = z.object({
  small: z.number().describe("Parameters"),
  large: z.number().describe("Parameters"),
  ratio: z.number(),
  cof: share.describe("At held-out places, mean over the seeds of both"),
  cofSd: z.number(),
  cofGreedy: share.nullable().describe("Along the large model's greedy text"),
  seeds: z.int().describe("Pairs of trainings behind the mean"),
});
export type PairResult = z.infer<typeof pair>;

const fitted = z.object({
  name: z.enum(fitNames),
  parameters: z.record(z.string(), z.number()),
  intervals: z
    .record(z.string(), z.tuple([z.number(), z.number()]))
    .describe("95 % by bootstrap over the models; empty where too few pairs are left in the draws"),
  r2: z.number(),
  leftOut: z.number().nullable().describe("Root mean square error of pairs that the fit has not seen"),
});
export type Fitted = z.infer<typeof fitted>;

const floor = z.object({ cof: share, cofSd: z.number(), cofGreedy: share.nullable(), pairs: z.int() });
export type Floor = z.infer<typeof floor>;

const uncertainty = z.object({
  measure: z.enum(uncertaintyNames),
  auroc: share.describe(
    "Of predicting that the models differ from the small one's uncertainty; mean over pairs",
  ),
  sd: z.number(),
  pairs: z.int(),
});
export type Uncertainty = z.infer<typeof uncertainty>;

const position = z.object({
  from: share.describe("Part of the text, as shares of its length"),
  to: share,
  cof: share.describe("Share of this part's tokens where the models differ"),
  share: share.describe("Share of all differences that lie in this part"),
});
export type Position = z.infer<typeof position>;

const study = z.object({
  task: z.literal("study"),
  models: z.array(studied),
  pairs: z.array(pair),
  floor: floor.nullable().describe("Two seeds of one size, R = 1"),
  fits: z.array(fitted),
  uncertainty: z.array(uncertainty),
  position: z.array(position),
  belowFifth: share.describe(
    "Share of the pairs that need the large model for fewer than 20 % of the tokens",
  ),
  findings: z.array(finding),
});

/** What an FS-GEN run gives, by task. */
export const output = z.discriminatedUnion("task", [generated, comparison, study]);
export type Output = z.infer<typeof output>;
export type GenerateOutput = z.infer<typeof generated>;
export type CompareOutput = z.infer<typeof comparison>;
export type StudyOutput = z.infer<typeof study>;
