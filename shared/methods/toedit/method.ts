import { defineMethod } from "../contract.ts";
import { citation } from "./citation.ts";
import { input } from "./input.ts";
import { needs } from "./needs.ts";
import { output } from "./output.ts";

export default defineMethod({
  id: "toedit",
  title: "ToEdit: token editing against model collapse",
  summary:
    "Edits a corpus by a language model's probabilities, compares synthetic corpora with real ones, and studies collapse through generations of small models.",
  paper: citation,
  input,
  output,
  presets: {
    quick: {
      summary: "Two generations and two mixtures of small models, one edit and its control; one seed",
      cost: "under a minute on 2 cores",
      input: {
        task: "collapse",
        rows: 1_000,
        generations: 2,
        mixtures: [0, 0.5, 1],
        edits: [{ threshold: 0.9, temperature: 1.5 }],
        training: { steps: 150 },
        evaluationTokens: 16_384,
        theory: { trials: 200 },
      },
    },
    standard: {
      summary: "Three generations, five mixtures, two edits with their controls; three seeds",
      cost: "six and a half minutes on 2 cores",
      input: { task: "collapse", seeds: 3 },
    },
    paper: {
      summary:
        "The shape of the paper's GPT-2 over bytes: d 768, 12 layers, 12 heads, mixtures of five shares",
      cost: "about 120 days on 2 cores for each model at 100 GFLOP/s (estimated from 6 x parameters x tokens)",
      input: {
        task: "collapse",
        trainingLength: 1024,
        rows: 97_000,
        characters: 100_000_000,
        model: { dModel: 768, layers: 12, heads: 12 },
        training: { steps: 31_800, batch: 64, learningRate: 6e-4 },
        generations: 3,
        edits: [{ threshold: 0.99, temperature: 1 }],
        evaluationTokens: 1_048_576,
      },
    },
  },
  needs,
  run: async (given, ctx) => (await import("./run.ts")).run(given, ctx),
});
