import { defineMethod } from "../contract.ts";
import { citation } from "./citation.ts";
import { input } from "./input.ts";
import { needs } from "./needs.ts";
import { output } from "./output.ts";

export default defineMethod({
  id: "fope",
  title: "FoPE: Fourier position embedding",
  summary:
    "Trains a language model with each position embedding and shows which one holds beyond the training length.",
  paper: citation,
  input,
  output,
  presets: {
    quick: {
      summary: "RoPE against FoPE, clip-only and ALiBi, one seed",
      cost: "under a minute on 2 cores",
      input: {
        task: "compare",
        variants: ["rope", "fope", "fope-clip", "alibi"],
        seeds: 1,
        training: { steps: 850 },
        passkey: { trials: 50, share: 0.7 },
        evaluationTokens: 16_384,
      },
    },
    standard: {
      summary: "Seven variants, three seeds, loss to 16 times the training length, passkey by depth",
      cost: "eight minutes on 2 cores",
      input: {
        task: "compare",
        variants: ["rope", "fope", "fope-clip", "alibi", "nope", "rope-qk-norm", "yarn"],
        seeds: 3,
        training: { steps: 1800 },
      },
    },
    paper: {
      summary: "The shape of the paper's smallest model over bytes: d 512, 8 layers, 8 heads, N 512",
      cost: "about 140 hours on 2 cores for each variant and seed at 100 GFLOP/s (estimated from 6 x parameters x tokens)",
      input: {
        task: "compare",
        trainingLength: 512,
        model: { dModel: 512, layers: 8, heads: 8 },
        variants: [
          "rope",
          "fope",
          "fope-clip",
          "fope-series",
          "alibi",
          "nope",
          "rope-qk-norm",
          "yarn",
          "ntk",
        ],
        seeds: 1,
        characters: 100_000_000,
        training: { steps: 10_000, batch: 64, learningRate: 6e-4 },
        evaluationTokens: 131_072,
      },
    },
  },
  needs,
  run: async (given, ctx) => (await import("./run.ts")).run(given, ctx),
});
