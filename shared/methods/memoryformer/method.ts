import { defineMethod } from "../contract.ts";
import { citation } from "./citation.ts";
import { input } from "./input.ts";
import { needs } from "./needs.ts";
import { output } from "./output.ts";

export default defineMethod({
  id: "memoryformer",
  title: "MemoryFormer: hashed lookup tables for linear layers",
  summary:
    "Trains language models whose linear layers are lookups by hash beside dense ones of equal width, FLOPs and parameters.",
  paper: citation,
  input,
  output,
  presets: {
    quick: {
      summary: "Both weightings at τ 8 against dense, FLOP-matched dense and a product-key memory; one seed",
      cost: "under a minute on 2 cores",
      input: {
        variants: ["dense", "dense-flops", "memory-paper", "memory-released", "product-key"],
        memory: { bits: [8] },
        training: { steps: 240, denseRates: [8e-3], memoryRates: [2.4e-2] },
        evaluationTokens: 16_384,
        latency: { widths: [256, 512] },
      },
    },
    standard: {
      summary: "All variants at τ 4 and 8, learning rates tuned, three seeds",
      cost: "ten minutes on 2 cores",
      input: { seeds: 3 },
    },
    paper: {
      summary: "The shape of the paper's smallest model over bytes: d 512, 6 layers, 8 heads, N 2,048",
      cost: "memory models: about 420M parameters, 7 GB with their moments; about 60 days on 2 cores for each variant and seed at 1,000 tokens/s (estimated from the measured speed at d 256)",
      input: {
        trainingLength: 2048,
        model: { dModel: 512, layers: 6, heads: 8 },
        memory: { bits: [4, 8, 10] },
        characters: 100_000_000,
        training: {
          steps: 10_000,
          batch: 256,
          denseRates: [5e-4, 1e-3],
          memoryRates: [1e-3, 2e-3, 3e-3, 4e-3],
        },
        evaluationTokens: 262_144,
        latency: { widths: [256, 512, 1024, 2048] },
      },
    },
  },
  needs,
  run: async (given, ctx) => (await import("./run.ts")).run(given, ctx),
});
