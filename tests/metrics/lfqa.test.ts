import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { bleu } from "../../shared/metrics/bleu.ts";
import { sentenceScore } from "../../shared/metrics/corpus.ts";
import { documentFrequencies } from "../../shared/metrics/document-frequencies.ts";
import type { TextMetric } from "../../shared/metrics/metric.ts";
import { rouge } from "../../shared/metrics/rouge.ts";
import { idfRecall, tfidfCosine } from "../../shared/metrics/weighted-overlap.ts";

const file = join(import.meta.dirname, "../../../shared/data/lfqa/lfqa-e-zh.json");

const judgement = z.object({
  reference: z.string(),
  response_a: z.string(),
  response_b: z.string(),
  compare_type: z.enum(["human_vs_model", "model_vs_model"]),
  label: z.enum(["response_a", "response_b", "same"]),
});

/** The share of judgements that the higher score agrees with, in per cent: all, human against model, two models. */
function agreement(metric: TextMetric, judgements: readonly z.infer<typeof judgement>[]): string[] {
  const right = judgements.map((row) => {
    const [a, b] = [row.response_a, row.response_b].map((text) =>
      sentenceScore(metric, text, [row.reference]),
    );
    const preferred = a === b ? "same" : (a ?? 0) > (b ?? 0) ? "response_a" : "response_b";
    return { type: row.compare_type, hit: preferred === row.label };
  });
  return [undefined, "human_vs_model", "model_vs_model"].map((type) => {
    const rows = right.filter((row) => type === undefined || row.type === type);
    return ((100 * rows.filter(({ hit }) => hit).length) / rows.length).toFixed(1);
  });
}

/** Accuracies that were computed elsewhere, from the same tokens. */
describe.skipIf(!existsSync(file))(
  "agreement on LFQA-E's Chinese part (skipped without ../shared/data)",
  () => {
    const judgements = existsSync(file)
      ? z.array(judgement).parse(JSON.parse(readFileSync(file, "utf8")))
      : [];
    const tokenizer = "calf";
    const answers = judgements.flatMap((row) => [row.response_a, row.response_b]);
    const frequencies = documentFrequencies(answers, { tokenizer });

    test.each([
      [rouge({ kind: "1", tokenizer }), ["46.4", "51.0", "41.9"]],
      [rouge({ kind: "2", tokenizer }), ["48.2", "52.9", "43.6"]],
      [rouge({ kind: "2", measure: "recall", tokenizer }), ["54.1", "56.1", "52.3"]],
      [rouge({ kind: "L", tokenizer }), ["46.6", "51.7", "41.6"]],
      [bleu({ tokenizer, smoothing: "floor", smoothNoMatch: true }), ["50.0", "54.5", "45.6"]],
      [tfidfCosine(frequencies), ["54.4", "58.8", "50.1"]],
      [idfRecall(frequencies), ["55.6", "59.3", "51.9"]],
    ] as const)("$title", (metric, expected) => {
      expect(agreement(metric, judgements)).toEqual(expected);
    });
  },
);
