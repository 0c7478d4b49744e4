import type { ModelConfig } from "../../lm/config.ts";
import { chunksOf, hiddenWidth } from "../../lm/transformer/memory-layer.ts";

/** Multiply-adds of a forward pass over one sequence of `length` tokens. */
export interface MultiplyAdds {
  /** 2 s^2 d a block: scores and sums over all keys, as the paper counts, although half of them are masked. */
  readonly attention: number;
  /** All else: layers and lookups, and the output head. */
  readonly rest: number;
}

/** In 10^9, to nine digits. */
export const gflopsOf = (operations: number): number => Number((operations / 1e9).toPrecision(9));

/** By formula: a dense block of width d has 12 s d^2 besides its attention, one of Memory Layers 5.25 / tau s d^2 at tau 8. */
export function multiplyAdds(config: ModelConfig, length: number): MultiplyAdds {
  const { layers, heads, headDim, dModel, vocabularySize } = config;
  const block = projections(config) + feedForward(config);
  return {
    attention: layers * 2 * length ** 2 * heads * headDim,
    rest: length * (layers * block + dModel * vocabularySize),
  };
}

/** Of a token, in a block. A lookup of K rows of width w is K w. */
function projections({ attention, heads, kvHeads, headDim, dModel }: ModelConfig): number {
  const width = (heads + 2 * kvHeads) * headDim;
  switch (attention.type) {
    case "memory":
      return chunksOf(dModel, attention) * width;
    case "dense":
      return (width + heads * headDim) * dModel;
    case "low-rank":
      throw new Error("low-rank attention is not counted here");
  }
}

function feedForward({ feedForward: kind, dModel }: ModelConfig): number {
  switch (kind.type) {
    case "memory": {
      const chunks = chunksOf(dModel, kind);
      return chunks * hiddenWidth(dModel, kind) + chunks * dModel;
    }
    case "product-key": {
      const { heads, keyDim, keys, topK } = kind;
      return heads * (keyDim * dModel + keys * keyDim + topK * dModel);
    }
    case "gelu":
      return 2 * kind.size * dModel;
    case "swiglu":
      return 3 * kind.size * dModel;
  }
}

/** The paper's table: 10^9 multiply-adds of one block at a length, dense (12 s d^2) and of Memory Layers (6 / tau s d^2). */
export function paperBlock(d: number, { length = 2048, bits = 8 } = {}) {
  const attention = (2 * length ** 2 * d) / 1e9;
  const square = (length * d ** 2) / 1e9;
  const [dense, memory] = [12 * square, (6 / bits) * square];
  return {
    dense: { withoutAttention: dense, total: dense + attention },
    memory: { withoutAttention: memory, total: memory + attention },
  };
}
