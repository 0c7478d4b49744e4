import { bleu } from "../../../metrics/bleu.ts";
import { chrf } from "../../../metrics/chrf.ts";
import { addStatistics, emptySum, type StatisticsSum } from "../../../metrics/corpus.ts";
import type { DocumentFrequencies } from "../../../metrics/document-frequencies.ts";
import { meteor } from "../../../metrics/meteor.ts";
import type { TextMetric } from "../../../metrics/metric.ts";
import { rouge } from "../../../metrics/rouge.ts";
import { ter } from "../../../metrics/ter.ts";
import { exactMatch, tokenF1 } from "../../../metrics/token-overlap.ts";
import { idfRecall, tfidfCosine } from "../../../metrics/weighted-overlap.ts";
import type { ScoringOptions } from "../input.ts";
import type { TextMetricName } from "../names.ts";
import type { Measure } from "../passes.ts";
import type { Answer } from "./answer.ts";

/** The metric of a name. `frequencies` are of the answers that are scored together. */
export function textMetric(
  name: TextMetricName,
  { tokens, smoothing }: Pick<ScoringOptions, "tokens" | "smoothing">,
  frequencies: DocumentFrequencies,
): TextMetric {
  const tokenizer = tokens;
  switch (name) {
    case "bleu":
      return bleu({ tokenizer, smoothing, smoothNoMatch: smoothing === "floor" });
    case "chrf":
      return chrf();
    case "chrf++":
      return chrf({ wordOrder: 2 });
    case "meteor":
      return meteor({ tokenizer });
    case "ter":
      return ter();
    case "token-f1":
      return tokenF1({ tokenizer });
    case "exact-match":
      return exactMatch({ tokenizer });
    case "idf-recall":
      return idfRecall(frequencies);
    case "tf-idf":
      return tfidfCosine(frequencies);
    default:
      return rougeNamed(name, tokens);
  }
}

type RougeName = Extract<TextMetricName, `rouge-${string}`>;
const kinds = { "1": "1", "2": "2", l: "L", lsum: "Lsum" } as const;
const measures = { precision: "precision", recall: "recall", f: "f" } as const;

/** CALF's tokens are not stemmed. */
function rougeNamed(name: RougeName, tokenizer: ScoringOptions["tokens"]): TextMetric {
  const [, kind = "", measure = "f"] = name.split("-");
  return rouge({
    kind: kinds[kind as keyof typeof kinds], // the name says it
    measure: measures[measure as keyof typeof measures],
    tokenizer,
    stem: tokenizer === "auto",
  });
}

export interface TextScoring<A extends Answer> {
  readonly names: readonly TextMetricName[];
  readonly options: Pick<ScoringOptions, "tokens" | "smoothing">;
  readonly frequencies: DocumentFrequencies;
  /** Adds an answer's statistics to the sums of its kind, for corpus scores. */
  readonly add?: (answer: A, name: TextMetricName, metric: TextMetric, statistics: Float64Array) => void;
}

/** Scores of answers by metrics of texts, NaN where an answer has no reference. */
export function textMeasure<A extends Answer>({
  names,
  options,
  frequencies,
  add,
}: TextScoring<A>): Measure<A> {
  const metrics = names.map((name) => ({ name, metric: textMetric(name, options, frequencies) }));
  return {
    columns: names,
    // Edits with shifts take a tenth of a second for a long answer.
    batch: 8,
    async measure(answers) {
      const values = new Float64Array(answers.length * names.length).fill(Number.NaN);
      for (const [at, answer] of answers.entries()) {
        if (answer.references.length === 0) continue;
        for (const [place, { name, metric }] of metrics.entries()) {
          const statistics = metric.statistics(answer.answer, answer.references);
          values[at * names.length + place] = metric.sentence(statistics);
          add?.(answer, name, metric, statistics);
        }
      }
      return { values };
    },
  };
}

/** Adds statistics to the sums of a key, in place; the first of a key make its sums. */
export function addToSums(
  sums: Record<string, StatisticsSum>,
  key: string,
  metric: TextMetric,
  statistics: Float64Array,
): void {
  sums[key] ??= emptySum(metric);
  addStatistics(sums[key], statistics);
}
