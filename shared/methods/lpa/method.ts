import { defineMethod } from "../contract.ts";
import { citation } from "./citation.ts";
import { input } from "./input.ts";
import { needs } from "./needs.ts";
import { output } from "./output.ts";

export default defineMethod({
  id: "lpa",
  title: "LPA: low-dimensional projected attention",
  summary:
    "Trains a language model with low-rank attention beside the dense one at tuned rates, or factors the attention of a model of yours.",
  paper: citation,
  input,
  output,
  presets: {
    quick: {
      summary:
        "Dense against low-rank attention, its parameter-matched form and a low-rank feed-forward, one seed",
      cost: "half a minute on 2 cores",
      input: {
        task: "compare",
        ranks: [16],
        variants: ["dense", "low-attention", "matched", "low-feed-forward"],
        training: { steps: 300, tuningShare: 0.2 },
      },
    },
    standard: {
      summary:
        "Seven variants, low-rank attention at two ranks, three seeds, rates tuned over a grid of three",
      cost: "seven and a half minutes on 2 cores",
      input: {
        task: "compare",
        model: { dModel: 96, layers: 3, heads: 4 },
        ranks: [24, 12],
        seeds: 3,
        training: { steps: 500, learningRates: [2e-3, 4e-3, 8e-3] },
      },
    },
    paper: {
      summary:
        "The shape of the paper's 130M model over bytes: d 768, 12 layers, 12 heads, feed-forward 2048, r 128",
      cost: "about 120 days on 2 cores for each variant at 100 GFLOP/s (estimated from 6 x parameters x tokens)",
      input: {
        task: "compare",
        trainingLength: 1024,
        model: { dModel: 768, layers: 12, heads: 12, feedForward: 2048 },
        ranks: [128],
        variants: ["dense", "low-attention", "matched", "low-feed-forward", "low-all"],
        initialisation: "default",
        characters: 100_000_000,
        training: { steps: 31_800, batch: 64, learningRates: [1e-3], weightDecay: 0.1 },
        evaluationTokens: 1_048_576,
      },
    },
  },
  needs,
  run: async (given, ctx) => (await import("./run.ts")).run(given, ctx),
});
