import { defineMethod } from "../contract.ts";
import { citation } from "./citation.ts";
import { input } from "./input.ts";
import { needs } from "./needs.ts";
import { output } from "./output.ts";

export default defineMethod({
  id: "proteus",
  title: "PROTEUS: proteomics table to scored hypotheses",
  summary:
    "Plans, runs and revises an analysis of a table of proteins: quality, differential abundance, enrichment, survival, networks. Leaves a report, its tables, and hypotheses whose every figure traces to a result.",
  paper: citation,
  input,
  output,
  presets: {
    quick: {
      summary: "A generated study of 400 proteins and 36 samples in three groups, held against its truth",
      cost: "about ten seconds on 2 cores",
      input: {},
    },
    standard: {
      summary:
        "A generated study of 2,000 proteins and 60 samples with gene sets, network and survival, and 100 permutations of its labels",
      cost: "about a minute on 2 cores",
      input: {
        data: { source: "generated", proteins: 2_000, perGroup: 20 },
        permutations: 10_000,
        negativeControl: 100,
      },
    },
    paper: {
      summary:
        "What the paper's set-up is nearest to: a large study planned and judged by the chat model that Tenfold is set up with, on a generated study in place of the paper's 12 data sets; by rules where there is no model",
      cost: "a few minutes on 2 cores, and up to 500,000 tokens of the chat model; the paper had 191 hypotheses of 12 data sets judged by experts too",
      input: {
        data: { source: "generated", proteins: 8_000, perGroup: 40 },
        permutations: 10_000,
        negativeControl: 100,
        planning: { planner: "model", tokens: 500_000, samples: 5 },
      },
    },
  },
  needs,
  run: async (given, ctx) => (await import("./run.ts")).run(given, ctx),
});
