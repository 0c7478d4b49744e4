import * as z from "zod";

const scaling = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("yarn"),
      factor: z.number().min(1).describe("Length to reach, in trained lengths"),
      originalLength: z.int().positive().describe("Length that the model was trained at"),
      betaFast: z.number().positive().optional().describe("Turns above which a pair is left as trained; 32"),
      betaSlow: z.number().positive().optional().describe("Turns below which a pair is interpolated; 1"),
      attentionFactor: z.number().positive().optional().describe("0.1 ln(factor) + 1 when absent"),
    }),
    z.strictObject({ type: z.literal("ntk"), factor: z.number().min(1) }),
    z.strictObject({ type: z.literal("linear"), factor: z.number().min(1) }),
    z.strictObject({
      type: z.literal("dynamic"),
      factor: z.number().min(1),
      originalLength: z.int().positive().describe("Length up to which nothing is stretched"),
    }),
    z.strictObject({
      type: z.literal("llama3"),
      factor: z.number().min(1),
      originalLength: z.int().positive().describe("Length that the model was trained at"),
      lowFrequencyFactor: z.number().positive().describe("Turns below which a pair is interpolated"),
      highFrequencyFactor: z.number().positive().describe("Turns above which a pair is left as trained"),
    }),
  ])
  .describe("Stretches a trained RoPE model at inference");
export type RopeScaling = z.infer<typeof scaling>;

const rope = z.strictObject({
  type: z.literal("rope"),
  theta: z.number().positive(),
  rotaryDim: z
    .int()
    .positive()
    .multipleOf(2)
    .optional()
    .describe("Elements of a head that rotate: its first rotaryDim / 2 pairs; all when absent"),
  scaling: scaling.optional(),
});
export type RopeConfig = z.infer<typeof rope>;

const fope = z.strictObject({
  type: z.literal("fope"),
  theta: z.number().positive(),
  trainingLength: z.int().positive().describe("N: frequencies below 2 pi / N never complete a period"),
  sigma: z.number().min(0).describe("Xavier gain of the noise on the coefficients, as in the released code"),
  clip: z.boolean().describe("Drop the frequencies below 2 pi / N"),
  series: z.boolean().describe("Make each remaining pair a Fourier series; without it sigma has no effect"),
  pad: z
    .enum(["released", "plain"])
    .describe("Dropped pairs: c = s = 1 as in the released code, or c = 1, s = 0 (not rotated)"),
  columns: z
    .enum(["full", "released"])
    .optional()
    .describe("Series columns: one for each live frequency (full), or at most headDim / 4 (released)"),
  seed: z.int(),
});
export type FopeConfig = z.infer<typeof fope>;

/** How a transformer's attention knows where a token stands. */
export const positionConfig = z.discriminatedUnion("type", [
  rope,
  fope,
  z.strictObject({ type: z.literal("alibi") }),
  z.strictObject({
    type: z.literal("learned"),
    length: z.int().positive().describe("Rows of the table, which is the longest text that can be read"),
  }),
  z.strictObject({ type: z.literal("nope") }),
]);
export type PositionConfig = z.infer<typeof positionConfig>;
