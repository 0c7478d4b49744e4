import * as z from "zod";
import { finding } from "../finding.ts";

const length = z.int().describe("Sequence length in tokens");
const curvePoint = z.object({ length, mean: z.number().describe("Nats per token"), sd: z.number() });

const variant = z.object({
  name: z.string(),
  seeds: z.int(),
  parameters: z.int(),
  tokensPerSecond: z
    .number()
    .nullable()
    .describe("Training speed; null for a variant that is not trained itself"),
  loss: z.array(curvePoint),
  passkey: z.array(
    z.object({
      length,
      accuracy: z.number().describe("Share of prompts with all five symbols right"),
      sd: z.number(),
      symbols: z.number().describe("Share of single symbols right; guessing gives a tenth"),
      symbolsSd: z.number(),
    }),
  ),
});
export type VariantResult = z.infer<typeof variant>;

const compared = z.object({
  task: z.literal("compare"),
  variants: z.array(variant),
  findings: z.array(finding),
});

const converted = z.object({
  task: z.literal("convert"),
  liveFrequencies: z.int().describe("D: frequencies that complete a period within the training length"),
  clippedFrequencies: z.int(),
  frequencies: z.array(z.number()),
  file: z.string(),
});

const continued = z.object({
  task: z.literal("continue"),
  model: z.string().describe("Id of the continued model"),
  before: z.array(z.object({ length, loss: z.number() })),
  converted: z.array(z.object({ length, loss: z.number() })).describe("FoPE tables put in, not yet trained"),
  after: z.array(z.object({ length, loss: z.number() })),
  findings: z.array(finding),
});

/** What a FoPE run gives, by task. Losses are validation cross-entropies in nats per token. */
export const output = z.discriminatedUnion("task", [compared, converted, continued]);
export type Output = z.infer<typeof output>;
export type CompareOutput = z.infer<typeof compared>;
export type ConvertOutput = z.infer<typeof converted>;
export type ContinueOutput = z.infer<typeof continued>;
