import type { ModelConfig } from "../config.ts";
import type { WeightValues } from "../training.ts";
import { createRowPasses } from "./row-passes.ts";
import { createValueFeeds, type JudgedRow, placeJudged, valueGraph } from "./value-head.ts";

export interface ValueScorer {
  /** The logit of the value at each judged place of each row, in order. */
  score(rows: readonly JudgedRow[]): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/** Judges rows by a model with a value head, in batches of like lengths; the same call gives the same bytes. */
export function createValueScorer(
  model: { readonly config: ModelConfig; readonly weights: WeightValues },
  options: { readonly threads: number },
): ValueScorer {
  const passes = createRowPasses(
    model,
    {
      lengthOf: ({ tokens }: JudgedRow) => tokens.length,
      graphOf(shape) {
        const { graph, values } = valueGraph(model.config, shape);
        return { graph, output: values };
      },
      feedsOf: createValueFeeds,
      place: placeJudged,
    },
    options,
  );
  return {
    async score(rows) {
      const values = await passes.run(rows);
      return rows.map(({ places }, at) => Float32Array.from(places, (place) => values[at]?.[place] ?? 0));
    },
    release: passes.release,
  };
}
