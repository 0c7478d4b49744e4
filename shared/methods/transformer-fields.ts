import * as z from "zod";

/** For a list's `refine`. */
export const distinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

const size = {
  dModel: z.int().min(16).max(2048).default(64).describe("Width d of the residual stream"),
  layers: z.int().min(1).max(32).default(2),
  heads: z.int().min(1).max(32).default(2),
};

/** Heads of a whole even width, which a rotation needs. */
const headsFit = {
  check: ({ dModel, heads }: { readonly dModel: number; readonly heads: number }) =>
    dModel % (2 * heads) === 0,
  otherwise: { path: ["heads"], message: "dModel / heads must be a whole even number" },
};

/** The size of a transformer whose feed-forward is the method's own. */
export const transformerSize = z.strictObject(size).refine(headsFit.check, headsFit.otherwise);

/** The size of a transformer with SwiGLU. */
export const swigluTransformerSize = z
  .strictObject({
    ...size,
    feedForward: z
      .int()
      .min(16)
      .max(8192)
      .optional()
      .describe("Hidden width of SwiGLU; 8/3 of dModel when absent"),
  })
  .refine(headsFit.check, headsFit.otherwise);

export const trainingSteps = z.int().min(1).max(200_000);
export const batchSize = z.int().min(1).max(1024).describe("Sequences a step");
export const learningRate = z.number().positive().max(1);
export const evaluationTokens = z.int().min(256).max(10_000_000).default(32_768);
export const seeds = z.int().min(1).max(20).default(1);

/** Peak rates to choose from, in short trainings that take `tuningShare` of the steps. */
export const learningRates = z.array(learningRate).min(1).max(8).refine(distinct, "must not repeat a value");
export const tuningShare = z
  .number()
  .positive()
  .max(1)
  .default(0.25)
  .describe("Steps of a short training, which tries a learning rate, as a share of the full one's");

/** What a training's schedule and optimiser take beside the peak rate. */
export const optimiserFields = {
  warmup: z.number().min(0).max(0.5).default(0.05).describe("Share of the steps with a rising learning rate"),
  weightDecay: z.number().min(0).max(1).default(0.1),
  clipNorm: z.number().positive().max(100).default(1),
};

/** Tokens of the shortest text that has a row to train on, to tune on and to evaluate, each with its targets. */
export const smallestTunedText = (trainingLength: number): number => 3 * (trainingLength + 1);
