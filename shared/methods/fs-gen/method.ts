import { defineMethod } from "../contract.ts";
import { citation } from "./citation.ts";
import { input } from "./input.ts";
import { needs } from "./needs.ts";
import { output } from "./output.ts";

export default defineMethod({
  id: "fs-gen",
  title: "FS-GEN: fast and slow generating",
  summary:
    "Lets a small and a large model decode together, shows who chose each token, and measures how often the large one is needed.",
  paper: citation,
  input,
  output,
  presets: {
    quick: {
      summary:
        "Six sizes over bytes, R up to 33, two seeds: frequencies, four laws, uncertainty and position",
      cost: "under a minute on 2 cores",
      input: { task: "study", training: { steps: 150 } },
    },
    standard: {
      summary: "Seven sizes over bytes, R up to 84, two seeds, trained four times as long",
      cost: "under ten minutes on 2 cores",
      input: {
        task: "study",
        sizes: [
          { dModel: 16, layers: 1, heads: 1 },
          { dModel: 24, layers: 1, heads: 1 },
          { dModel: 32, layers: 1, heads: 2 },
          { dModel: 48, layers: 2, heads: 2 },
          { dModel: 64, layers: 2, heads: 4 },
          { dModel: 96, layers: 3, heads: 4 },
          { dModel: 128, layers: 3, heads: 4 },
        ],
        training: { steps: 600 },
        evaluationTokens: 16_384,
        prompts: 24,
        bootstrapDraws: 400,
      },
    },
    paper: {
      summary:
        "The paper's range of ratios, R up to 145: 11.6M to 1.7G parameters over 32,768 byte pairs, trained here",
      cost: "about 14 years on 2 cores at 100 GFLOP/s (estimated from 6 x parameters x tokens)",
      input: {
        task: "study",
        characters: 100_000_000,
        vocabulary: 32_768,
        trainingLength: 1024,
        sizes: [
          { dModel: 256, layers: 4, heads: 4 },
          { dModel: 384, layers: 6, heads: 6 },
          { dModel: 512, layers: 8, heads: 8 },
          { dModel: 768, layers: 12, heads: 12 },
          { dModel: 1024, layers: 16, heads: 16 },
          { dModel: 1536, layers: 24, heads: 16 },
          { dModel: 2048, layers: 32, heads: 16 },
        ],
        training: { steps: 20_000, batch: 64, learningRate: 2e-3 },
        evaluationTokens: 131_072,
        prompts: 200,
        promptTokens: 256,
        maxTokens: 512,
        bootstrapDraws: 1000,
      },
    },
  },
  needs,
  run: async (given, ctx) => (await import("./run.ts")).run(given, ctx),
});
