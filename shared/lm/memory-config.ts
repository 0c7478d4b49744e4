import * as z from "zod";

const hash = {
  bits: z.int().min(1).max(16).describe("tau: elements of a chunk; its tables have 2^tau rows"),
  weighting: z
    .enum(["paper", "released"])
    .describe("p(z) with a temperature, or (sum |z|) p(z) as in the released code"),
  temperature: z.number().positive().optional().describe("t of the paper's weighting; 1 when absent"),
};

/** Memory Layers for queries, keys and values, which share one hash; no output projection. arXiv 2411.12992. */
export const memoryAttention = z.strictObject({ type: z.literal("memory"), ...hash });

/** Two Memory Layers with a norm between them, the second with `extraBits` more bits a chunk. */
export const memoryFeedForward = z.strictObject({
  type: z.literal("memory"),
  ...hash,
  extraBits: z.int().min(0).max(4),
});
export type MemoryFeedForward = z.infer<typeof memoryFeedForward>;

/** How a Memory Layer hashes. */
export type MemoryHash = Pick<MemoryFeedForward, "bits" | "weighting" | "temperature">;

/** A product-key memory in place of the feed-forward network. arXiv 1907.05242. */
export const productKeyFeedForward = z.strictObject({
  type: z.literal("product-key"),
  keys: z.int().min(2).max(4096).describe("Sub-keys of each half; keys^2 values"),
  heads: z.int().positive(),
  topK: z.int().positive().describe("Values that each head reads"),
  keyDim: z.int().positive().multipleOf(2).describe("Width of a query, half of it for each sub-key"),
});
export type ProductKeyFeedForward = z.infer<typeof productKeyFeedForward>;
