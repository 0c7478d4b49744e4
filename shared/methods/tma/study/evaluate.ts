import { sizeOf } from "../../../engine/graph.ts";
import type { Example } from "../../../lm/fine-tuning/example.ts";
import { createResponseScorer } from "../../../lm/fine-tuning/response-scorer.ts";
import type { WeightValues } from "../../../lm/training.ts";
import { weightsOf } from "../../../lm/transformer/transformer.ts";
import type { Base } from "./base.ts";

export interface Judge {
  /**
   * The loss on each of some sets: the mean over a set's examples of the mean cross-entropy over the tokens of the
   * answer, in nats, as the paper takes it; null for an empty set.
   */
  losses(weights: WeightValues, sets: readonly (readonly Example[])[]): Promise<(number | null)[]>;
  release(): Promise<void>;
}

/** One judge is for all models of a study: its graphs are compiled once, and read the weights that are put into them. */
export function createJudge({ config }: Pick<Base, "config">, threads: number): Judge {
  const weights = new Map(
    weightsOf(config).map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]),
  );
  const scorer = createResponseScorer({ config, weights }, { threads });
  return {
    async losses(current, sets) {
      for (const [name, values] of current) weights.get(name)?.set(values);
      const scores = await scorer.score(sets.flat());
      let at = 0;
      return sets.map(({ length }) => {
        const own = scores.slice(at, at + length);
        at += length;
        return length === 0 ? null : own.reduce((sum, tokens) => sum - meanOf(tokens), 0) / length;
      });
    },
    release: scorer.release,
  };
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
