import { configure } from "../../../shared/lm/config.ts";
import type { LanguageModel } from "../../../shared/lm/stored-model.ts";
import { byteTokenizer } from "../../../shared/lm/tokenizers/byte.ts";
import { initialWeights } from "../../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../../shared/lm/transformer/transformer.ts";

/** A model over bytes with random weights, whose logits are `sharpness` times as far apart as at its beginning. */
export function randomModel({ seed = 1, sharpness = 1, contextLength = 16 } = {}): LanguageModel {
  const config = configure({
    vocabularySize: 256,
    contextLength,
    dModel: 16,
    layers: 1,
    heads: 2,
    position: { type: "rope", theta: 10_000 },
  });
  const weights = new Map(initialWeights(weightsOf(config), seed));
  const gain = weights.get("model.norm.weight") ?? new Float32Array();
  weights.set(
    "model.norm.weight",
    gain.map((value) => value * sharpness),
  );
  return { config, weights, tokenizer: byteTokenizer };
}

/**
 * A model that is a table: after byte b, byte `next(b)` has `boost` more in its logit than all others, whatever
 * came before. The one block adds nothing, and the head reads the embedding's one-hot part.
 */
export function tableModel(next: (byte: number) => number, boost: number): LanguageModel {
  const config = configure({
    vocabularySize: 256,
    contextLength: 16,
    dModel: 256,
    layers: 1,
    heads: 2,
    position: { type: "rope", theta: 10_000 },
    feedForward: { type: "swiglu", size: 8 },
    tiedHead: false,
  });
  const weights = new Map(
    weightsOf(config).map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]),
  );
  const embedding = weights.get("model.embed_tokens.weight") ?? new Float32Array();
  const head = weights.get("lm_head.weight") ?? new Float32Array();
  for (let byte = 0; byte < 256; byte++) {
    embedding[byte * 256 + byte] = 1;
    // What the final norm makes of a one-hot vector of 256.
    head[next(byte) * 256 + byte] = boost * Math.sqrt(1 / 256 + config.normEpsilon);
  }
  weights.get("model.norm.weight")?.fill(1);
  return { config, weights, tokenizer: byteTokenizer };
}

/** p of the boosted byte, and of each other one. */
export function tableProbabilities(boost: number, temperature = 1): { best: number; other: number } {
  const weight = Math.exp(boost / temperature);
  return { best: weight / (weight + 255), other: 1 / (weight + 255) };
}
