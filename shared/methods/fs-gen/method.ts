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
      summary: "Six sizes and two seeds over bytes: frequencies, four laws, uncertainty and position",
      cost: "under a minute on 2 cores",
      input: { task: "study" },
    },
    standard: {
      summary: "Seven sizes up to 60 times the smallest, two seeds, trained six times as long",
      cost: "under ten minutes on 2 cores",
      input: { task: "study" },
    },
    paper: {
      summary: "A family over the paper's range of ratios, 12M to 1.7G parameters over 32,768 byte pairs",
      cost: "",
      input: { task: "study" },
    },
  },
  needs,
  run: async (given, ctx) => (await import("./run.ts")).run(given, ctx),
});
