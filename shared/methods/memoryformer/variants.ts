import { sizeOf } from "../../engine/graph.ts";
import { configure, type ModelConfig } from "../../lm/config.ts";
import { parametersOf } from "../../lm/stored-model.ts";
import { weightsOf } from "../../lm/transformer/transformer.ts";
import type { TunedVariant } from "../tuned-comparison.ts";
import { multiplyAdds } from "./flops.ts";
import type { Input, VariantName } from "./input.ts";

export interface Variant extends TunedVariant {
  readonly kind: VariantName;
  /** tau of a model of Memory Layers. */
  readonly bits: number | null;
}

type Weighting = "paper" | "released";

/** The models that an input asks for, those of Memory Layers once for each number of bits. */
export function variantsOf(input: Input): readonly Variant[] {
  const { denseRates, memoryRates } = input.training;
  return input.variants.flatMap((kind): Variant[] => {
    if (kind === "memory-paper" || kind === "memory-released") {
      const weighting = kind === "memory-paper" ? "paper" : "released";
      return input.memory.bits.map((bits) => ({
        key: `${kind}-${bits}`,
        kind,
        bits,
        config: memoryModel(input, bits, weighting),
        learningRates: memoryRates,
      }));
    }
    const config = otherModel(kind, input);
    // A wider matrix wants a rate lower in proportion (arXiv 2203.03466): so no width's best lies off its grid.
    const scaled = (rate: number) => Number(((rate * input.model.dModel) / config.dModel).toPrecision(3));
    return [{ key: kind, kind, bits: null, config, learningRates: denseRates.map(scaled) }];
  });
}

function otherModel(kind: Exclude<VariantName, `memory-${Weighting}`>, input: Input): ModelConfig {
  const { dModel } = input.model;
  const reference = memoryModel(input, Math.max(...input.memory.bits), "paper");
  const cost = (config: ModelConfig) => {
    const { attention, rest } = multiplyAdds(config, input.trainingLength);
    return attention + rest;
  };
  switch (kind) {
    case "dense":
      return denseModel(input, dModel);
    case "dense-flops":
      return closest(widths(input), (width) => denseModel(input, width), cost, reference);
    case "dense-parameters":
      return closest(widths(input), (width) => denseModel(input, width), parametersOf, reference);
    case "product-key":
      return closest(subKeys(input), (keys) => productKeyModel(input, keys), parametersOf, reference);
  }
}

function base({ model, trainingLength }: Input, dModel: number) {
  const position = { type: "rope", theta: 10_000 } as const;
  const { layers, heads } = model;
  return { vocabularySize: 256, contextLength: trainingLength, dModel, layers, heads, position };
}

/** The dense block that the paper counts: 4 d^2 for attention, 8 d^2 for a GELU network of width 4 d. */
function denseModel(input: Input, dModel: number): ModelConfig {
  return configure({ ...base(input, dModel), feedForward: { type: "gelu", size: 4 * dModel } });
}

function memoryModel(input: Input, bits: number, weighting: Weighting): ModelConfig {
  const { temperature, extraBits } = input.memory;
  const hash = { type: "memory", bits, weighting, ...(weighting === "paper" && { temperature }) } as const;
  const feedForward = { ...hash, extraBits };
  return configure({ ...base(input, input.model.dModel), attention: hash, feedForward });
}

function productKeyModel(input: Input, keys: number): ModelConfig {
  const { topK, ...rest } = input.productKey;
  const feedForward = { type: "product-key", ...rest, keys, topK: Math.min(topK, keys ** 2) } as const;
  return configure({ ...base(input, input.model.dModel), feedForward });
}

/** Widths that the heads divide evenly. */
function widths({ model: { heads } }: Input): readonly number[] {
  return Array.from({ length: Math.floor(4096 / (2 * heads)) }, (_, i) => 2 * heads * (i + 1));
}

const subKeys = (_: Input): readonly number[] => Array.from({ length: 1023 }, (_, i) => i + 2);

/** The model whose measure comes closest to the reference's; the measure rises with the size. */
function closest(
  sizes: readonly number[],
  model: (size: number) => ModelConfig,
  measure: (config: ModelConfig) => number,
  reference: ModelConfig,
): ModelConfig {
  const wanted = measure(reference);
  const over = sizes.findIndex((size) => measure(model(size)) >= wanted);
  const candidates = over === -1 ? sizes.slice(-1) : sizes.slice(Math.max(0, over - 1), over + 1);
  const [best] = candidates
    .map((size) => ({ config: model(size), away: Math.abs(measure(model(size)) / wanted - 1) }))
    .sort((a, b) => a.away - b.away);
  if (best === undefined) throw new RangeError("no size to choose from");
  return best.config;
}

/** Bytes of the tables that tokens are looked up in by their hash or their keys. */
export function tableBytesOf(config: ModelConfig): number {
  return weightsOf(config)
    .filter(({ name }) => /_memory\.weight$|\.mlp\.values\.weight$/.test(name))
    .reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
}
