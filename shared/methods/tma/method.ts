import { defineMethod } from "../contract.ts";
import { citation } from "./citation.ts";
import { input } from "./input.ts";
import { needs } from "./needs.ts";
import { output } from "./output.ts";

export default defineMethod({
  id: "tma",
  title: "TMA: order instruction data for a test set",
  summary:
    "Arranges instruction data by its similarity to the items of a test set, nearest rounds first, and holds the order against random, clustered and coarse ones.",
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
      summary: "24,000 generated items of 24 task families, arranged for 1,000 test items of six of them",
      cost: "about ten seconds on 2 cores",
      input: {
        task: "arrange",
        synthetic: { perFamily: 1_000, targets: 6, tests: 1_000 },
        budget: { nearest: 6_000, farthest: 6_000 },
        write: ["near", "far"],
      },
    },
    paper: {
      summary:
        "The paper's budget, 15,000 nearest and 15,000 farthest of 96,000 items, on generated families in place of Flan-mini",
      cost: "about a minute on 2 cores; training on the result, which is not part of it, took the paper a LLaMA-2-7B",
      input: {
        task: "arrange",
        synthetic: { perFamily: 4_000, targets: 6, tests: 1_000 },
        budget: {},
        write: ["near", "far", "random", "near-budget", "far-budget"],
      },
    },
  },
  needs,
  run: async (given, ctx) => (await import("./run.ts")).run(given, ctx),
});
