import { configure } from "../../shared/lm/config.ts";
import { initialWeights } from "../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../shared/lm/transformer/transformer.ts";

/** A small model and a text over its vocabulary, to be scored. */
export const config = configure({
  vocabularySize: 11,
  contextLength: 8,
  dModel: 16,
  layers: 1,
  heads: 2,
  position: { type: "rope", theta: 10_000 },
});
export const weights = initialWeights(weightsOf(config), 3);
export const text = Uint8Array.from({ length: 30 }, (_, i) => (i * i + 3 * i) % 11);
