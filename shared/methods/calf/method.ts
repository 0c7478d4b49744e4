import { defineMethod } from "../contract.ts";
import { citation } from "./citation.ts";
import { input } from "./input.ts";
import { needs } from "./needs.ts";
import { output } from "./output.ts";

const allMetrics = [
  ...["bleu", "chrf", "chrf++", "rouge-1", "rouge-2", "rouge-l", "rouge-lsum"],
  ...[
    "rouge-1-recall",
    "rouge-2-recall",
    "rouge-l-recall",
    "meteor",
    "ter",
    "token-f1",
    "idf-recall",
    "tf-idf",
  ],
  ...["embedding", "learned"],
] as const;

export default defineMethod({
  id: "calf",
  title: "CALF: which metric agrees with people",
  summary:
    "Holds metrics of long-form answers against people's judgements, scores answers against references, and ranks systems, with intervals.",
  paper: citation,
  input,
  output,
  presets: {
    quick: {
      summary:
        "512 judgements constructed from facts in English and Chinese, twelve metrics, a learned one among them",
      cost: "a few seconds on 2 cores",
      input: { task: "meta-evaluate" },
    },
    standard: {
      summary: "2,048 constructed judgements, 17 metrics, the sentence encoder among them",
      cost: "about fifteen seconds on 2 cores",
      input: { task: "meta-evaluate", constructed: { variants: 4 }, metrics: [...allMetrics] },
    },
    paper: {
      summary:
        "As many judgements as the paper's 1,476 and more, constructed, since its own are not public; all metrics and three prompt-based judges",
      cost: "three judges read 1,664 pairs in about 10,400 calls of the chat model that is configured, at its prices; without one they are left out",
      input: {
        task: "meta-evaluate",
        constructed: { variants: 3 },
        metrics: [...allMetrics, "judge-pairwise", "judge-rubric", "judge-claims"],
        draws: 10_000,
      },
    },
  },
  needs,
  run: async (given, ctx) => (await import("./run.ts")).run(given, ctx),
});
