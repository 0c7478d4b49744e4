import { defineMethod } from "../contract.ts";
import { citation } from "./citation.ts";
import { input } from "./input.ts";
import { needs } from "./needs.ts";
import { output } from "./output.ts";

export default defineMethod({
  id: "implicit-prm",
  title: "Implicit PRM: step rewards from outcome labels",
  summary:
    "Trains a reward model on labels of whole responses, rewards the steps of a response by two models, chooses among candidates by them, and holds all of it to baselines.",
  paper: citation,
  input,
  output,
  presets: {
    quick: {
      summary: "Running sums: a policy, 2,000 labelled rollouts, a reward model by CE, best of 16",
      cost: "under a minute on 2 cores",
      input: { task: "train" },
    },
    standard: {
      summary:
        "The study: every loss, outcome models, Math-Shepherd and exact labels of steps beside each other, best of 16, over three seeds",
      cost: "under ten minutes on 2 cores",
      input: { task: "study" },
    },
    paper: {
      summary:
        "The paper's losses and schedule on the arithmetic task, with 33,000 problems and 8 rollouts each, one epoch",
      cost: "about 14 hours on 2 cores at 100 GFLOP/s (estimated from 6 x parameters x tokens); the paper trains Llama-3.1-8B on mathematics",
      input: {
        task: "train",
        data: {
          from: "arithmetic",
          size: { dModel: 512, layers: 8, heads: 8 },
          policy: { steps: 4000, learningRate: 1e-3 },
          ...{
            problems: 33_000,
            responses: 8,
            developmentProblems: 500,
            heldOutProblems: 500,
            candidates: 64,
          },
        },
        loss: "dpo",
        beta: 0.05,
        training: { steps: 4125, batch: 64, learningRate: 5e-7, warmup: 0.03, weightDecay: 0 },
      },
    },
  },
  needs,
  run: async (given, ctx) => (await import("./run.ts")).run(given, ctx),
});
