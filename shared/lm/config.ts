import * as z from "zod";
import { memoryAttention, memoryFeedForward, productKeyFeedForward } from "./memory-config.ts";
import { positionConfig } from "./position/config.ts";

/** A linear layer as two, inputs -> rank -> outputs: at most the smaller of its sides where that is below the rank. */
const lowRank = z.strictObject({
  rank: z.int().positive(),
  /** Between the two maps; nothing when absent. */
  activation: z.literal("silu").optional(),
  /** U(+-1/sqrt(inputs)) for both maps, PyTorch's default, or normal with the dense layer's output variance. */
  initialisation: z.enum(["default", "variance-matched"]),
});
export type LowRank = z.infer<typeof lowRank>;

const feedForward = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("swiglu"), size: z.int().positive(), lowRank: lowRank.optional() }),
  z.strictObject({
    type: z.literal("gelu"),
    size: z.int().positive(),
    /** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, as GPT-2; the exact x Phi(x) when absent. */
    approximation: z.literal("tanh").optional(),
    lowRank: lowRank.optional(),
  }),
  memoryFeedForward,
  productKeyFeedForward,
]);

const attention = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("dense") }),
  z.strictObject({ type: z.literal("low-rank"), ...lowRank.shape }),
  memoryAttention,
]);

/** Which linear layers add a bias: weights named like their matrices, `.bias` for `.weight`. */
const biases = z.strictObject({
  qkv: z.boolean(),
  /** The attention's output projection. */
  output: z.boolean(),
  feedForward: z.boolean(),
});

/** Shape of a decoder-only transformer: everything but its weights. */
export const modelConfig = z
  .strictObject({
    vocabularySize: z.int().positive(),
    /** Longest sequence that it was trained on. */
    contextLength: z.int().positive(),
    dModel: z.int().positive(),
    layers: z.int().positive(),
    heads: z.int().positive(),
    /** Key-value heads, each shared by heads / kvHeads query heads. */
    kvHeads: z.int().positive(),
    headDim: z.int().positive().multipleOf(2),
    position: positionConfig,
    attention,
    /** RMSNorm on each head's queries and keys, before the position is applied. */
    qkNorm: z.boolean(),
    feedForward,
    /** RMSNorm when absent; LayerNorm has a bias beside its gain. */
    norm: z.enum(["rms", "layer"]).optional(),
    normEpsilon: z.number().positive(),
    /** None when absent. */
    biases: biases.optional(),
    /**
     * x + attention(norm(x)), then x + feedForward(norm(x)), when absent or sequential; parallel is
     * x + attention(norm_1(x)) + feedForward(norm_2(x)), as GPT-NeoX.
     */
    block: z.enum(["sequential", "parallel"]).optional(),
    /** A token sees itself and the slidingWindow - 1 before it, as in Mistral; all before it when absent. */
    slidingWindow: z.int().positive().optional(),
    /** The output head is the embedding table. */
    tiedHead: z.boolean(),
  })
  .refine((config) => config.heads % config.kvHeads === 0, {
    path: ["kvHeads"],
    message: "must divide heads",
  })
  .refine(
    ({ attention, heads, headDim, dModel }) => attention.type !== "memory" || heads * headDim === dModel,
    {
      path: ["headDim"],
      message: "must be dModel / heads where attention has no output projection",
    },
  )
  .refine(({ attention, feedForward, dModel }) => {
    const bits = [attention, feedForward].flatMap((part) => (part.type === "memory" ? [part.bits] : []));
    return bits.every((each) => each <= dModel);
  }, "a chunk of a Memory Layer must not be wider than dModel")
  .refine(({ position, headDim }) => position.type !== "rope" || (position.rotaryDim ?? 0) <= headDim, {
    path: ["position", "rotaryDim"],
    message: "must not be above headDim",
  })
  .refine(
    ({ attention, feedForward, norm = "rms", biases, block = "sequential", slidingWindow, position }) => {
      const plain = norm === "rms" && block === "sequential" && biases === undefined;
      const memory = attention.type === "memory" || feedForward.type === "memory";
      return !memory || (plain && slidingWindow === undefined && position.type !== "learned");
    },
    "Memory Layers go with RMSNorm, sequential blocks, no biases, no sliding window and no learned positions",
  )
  .refine(({ feedForward: part }) => part.type !== "product-key" || part.topK <= part.keys ** 2, {
    path: ["feedForward", "topK"],
    message: "must not be more than the values, keys^2",
  });
export type ModelConfig = z.infer<typeof modelConfig>;

/** The feed-forward as a network of two or three matrices. Throws where it is a memory. */
export function networkOf({
  feedForward: kind,
}: Pick<ModelConfig, "feedForward">): Extract<ModelConfig["feedForward"], { size: number }> {
  if (!("size" in kind)) throw new Error(`a ${kind.type} feed-forward is no network of matrices`);
  return kind;
}

type Given = Pick<
  ModelConfig,
  "vocabularySize" | "contextLength" | "dModel" | "layers" | "heads" | "position"
> &
  Partial<ModelConfig>;

/** Hidden width of SwiGLU that costs what a plain feed-forward of 4 d does: 8/3 d, rounded up to a multiple of 8. */
export function swigluSize(dModel: number): number {
  return 8 * Math.ceil((8 * dModel) / 3 / 8);
}

/** A whole configuration from what is given of it. Throws ZodError when it does not fit together. */
export function configure(given: Given): ModelConfig {
  return modelConfig.parse({
    kvHeads: given.heads,
    headDim: given.dModel / given.heads,
    attention: { type: "dense" },
    qkNorm: false,
    feedForward: { type: "swiglu", size: swigluSize(given.dModel) },
    normEpsilon: 1e-5,
    tiedHead: true,
    ...given,
  });
}
