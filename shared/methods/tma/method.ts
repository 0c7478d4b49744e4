import { defineMethod } from "../contract.ts";
import { citation } from "./citation.ts";
import { input } from "./input.ts";
import { needs } from "./needs.ts";
import { output } from "./output.ts";

export default defineMethod({
  id: "tma",
  title: "TMA: order instruction data for a test set",
  summary:
    "Arranges instruction data by its similarity to the items of a test set, nearest rounds first; trains models in that order and in others, and tests what the order does.",
  paper: citation,
  input,
  output,
  presets: {
    quick: {
      summary: "1,200 generated items of 24 task families, arranged for test items of four of them",
      cost: "a few seconds on 2 cores",
      input: { task: "arrange", budget: { nearest: 300, farthest: 300 } },
    },
    standard: {
      summary:
        "The study: a small transformer trained on 4,672 generated items in five orders, over five seeds, and on subsets of them",
      cost: "about six minutes on 2 cores",
      input: { task: "study" },
    },
    paper: {
      summary:
        "The study in the paper's size, 1,867 steps of 16 with a checkpoint every ten, on generated families in place of Flan-mini",
      cost: "about 14 hours on 2 cores at 100 GFLOP/s (estimated from 6 x parameters x tokens); the paper tunes a LLaMA-2-7B at a rate of 1e-6",
      input: {
        task: "study",
        synthetic: { perFamily: 1_250, targets: 6, tests: 1_000 },
        model: { from: "scratch", size: { dModel: 512, layers: 8, heads: 8 } },
        orders: ["near", "far", "random", "near-tasks"],
        training: { learningRate: 5e-4 },
        evaluation: { early: 18, later: 162 },
      },
    },
  },
  needs,
  run: async (given, ctx) => (await import("./run.ts")).run(given, ctx),
});
