import type { LanguageModel } from "../stored-model.ts";
import { createExampleFeeds, type Example, lengthOf, placeExample } from "./example.ts";
import { exampleGraph } from "./example-graph.ts";
import { createRowPasses } from "./row-passes.ts";

export interface ResponseScorer {
  /** log p of each token of each response given its prompt and the tokens before it, in nats, in order. */
  score(examples: readonly Example[]): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/**
 * Scores responses in batches of like lengths. A row's result depends on the others of its call in rounding alone,
 * and the same call gives the same bytes.
 */
export function createResponseScorer(
  model: Pick<LanguageModel, "config" | "weights">,
  options: { readonly threads: number },
): ResponseScorer {
  const passes = createRowPasses(
    model,
    {
      lengthOf,
      graphOf(shape) {
        const { graph, logProbabilities } = exampleGraph(model.config, shape);
        return { graph, output: logProbabilities };
      },
      feedsOf: createExampleFeeds,
      place: placeExample,
    },
    options,
  );
  return {
    async score(examples) {
      const scores = await passes.run(examples);
      return scores.map((row, at) => row.slice((examples[at]?.prompt.length ?? 1) - 1));
    },
    release: passes.release,
  };
}
