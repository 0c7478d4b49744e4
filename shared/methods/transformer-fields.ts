import * as z from "zod";

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

/** What a training's schedule and optimiser take beside the peak rate. */
export const optimiserFields = {
  warmup: z.number().min(0).max(0.5).default(0.05).describe("Share of the steps with a rising learning rate"),
  weightDecay: z.number().min(0).max(1).default(0.1),
  clipNorm: z.number().positive().max(100).default(1),
};

/** For a list's `refine`. */
export const distinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length;
