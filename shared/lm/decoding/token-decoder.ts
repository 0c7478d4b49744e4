import { type Dense, planDense } from "../../engine/kernels/dense.ts";
import type { ModelConfig } from "../config.ts";
import type { WeightValues } from "../training.ts";
import type { Decoder } from "./decoder.ts";
import { decoderOver } from "./decoder-over.ts";
import type { DecoderOptions } from "./options.ts";
import { tokenAttention, turnOf } from "./token-attention.ts";
import {
  denseFeedForward,
  denseProjections,
  type Layer,
  linear,
  memoryBlocks,
  norm,
  product,
  type Workshop,
} from "./token-layers.ts";
import { addTo } from "./vectors.ts";

/** Whether every layer of the model is a Memory Layer. */
export function isMemoryModel({ attention, feedForward }: ModelConfig): boolean {
  return attention.type === "memory" && feedForward.type === "memory";
}

/** Whether `tokenDecoder` knows the layers. */
export function isTokenwise(config: ModelConfig): boolean {
  const { attention, feedForward } = config;
  const exactGelu = feedForward.type === "gelu" && feedForward.approximation === undefined;
  return isMemoryModel(config) || (attention.type !== "memory" && "size" in feedForward && !exactGelu);
}

/**
 * A decoder that computes a token at a time on one thread, by kernels in WebAssembly: for Memory Layers, whose few rows
 * it reads and no more, and for models so small that a run of onnxruntime costs more than its products. A token's
 * logits are the same bytes however the tokens come. Throws where the model has other layers.
 */
export function tokenDecoder(
  config: ModelConfig,
  weights: WeightValues,
  { window, rows = 1 }: Pick<DecoderOptions, "window" | "rows">,
): Decoder {
  if (!isTokenwise(config)) throw new Error("the layers are not those of a decoder by token");
  const { vocabularySize } = config;
  const step = stepOf(config, weights, { window, rows });
  return decoderOver({
    vocabularySize,
    rows,
    window,
    async read(tokens, { row, from, all }) {
      const logits = new Float32Array((all ? tokens.length : 1) * vocabularySize);
      for (const [i, token] of tokens.entries()) {
        const wanted = all || i === tokens.length - 1;
        const at = all ? i * vocabularySize : 0;
        step(token, row, from + i, wanted ? logits.subarray(at, at + vocabularySize) : undefined);
      }
      return logits;
    },
    release: async () => {},
  });
}

/** Reads one token of a row at its place, and writes the logits after it where they are wanted. */
type Step = (token: number, row: number, place: number, logits: Float32Array | undefined) => void;

function stepOf(
  config: ModelConfig,
  weights: WeightValues,
  { window, rows }: { window: number; rows: number },
): Step {
  const { dModel, vocabularySize, tiedHead, position } = config;
  const shop = workshop(config, weights);
  const embedding = shop.weight("model.embed_tokens.weight");
  const placed = position.type === "learned" ? shop.weight("model.embed_positions.weight") : undefined;
  const blocks = blocksOf(shop, { window, rows });
  const last = norm(shop, "model.norm");
  const head = tiedHead
    ? product(shop, embedding, vocabularySize)
    : linear(shop, "lm_head", [vocabularySize, dModel]);
  shop.open();
  const rowOf = (table: Float32Array, at: number) => table.subarray(at * dModel, (at + 1) * dModel);
  const x = new Float32Array(dModel);
  return (token, row, place, logits) => {
    x.set(rowOf(embedding, token));
    if (placed !== undefined) addTo(x, rowOf(placed, place));
    for (const block of blocks) block(x, row, place);
    logits?.set(head(last(x)));
  };
}

function workshop(config: ModelConfig, weights: WeightValues): Workshop & { open(): void } {
  const plan = planDense();
  const filling: Workshop["filling"] = [];
  let memory: Dense | undefined;
  return {
    config,
    plan,
    filling,
    weight(name) {
      const values = weights.get(name);
      if (values === undefined) throw new Error(`no weight ${name}`);
      return values;
    },
    dense() {
      if (memory === undefined) throw new Error("the memory is not open yet");
      return memory;
    },
    open() {
      memory = plan.open();
      for (const fill of filling.splice(0)) fill(memory);
    },
  };
}

/** Adds to x what a block adds. */
type Block = (x: Float32Array, row: number, place: number) => void;

function blocksOf(shop: Workshop, sizes: { window: number; rows: number }): readonly Block[] {
  const { config } = shop;
  const names = Array.from({ length: config.layers }, (_, layer) => `model.layers.${layer}`);
  const memories = isMemoryModel(config) ? memoryBlocks(shop, names) : undefined;
  const turn = turnOf(shop, sizes.window);
  return names.map((name, layer) => {
    const projections = memories?.[layer]?.projections ?? denseProjections(shop, `${name}.self_attn`);
    const feedForward: Layer = memories?.[layer]?.feedForward ?? denseFeedForward(shop, `${name}.mlp`);
    const attend = tokenAttention(shop, `${name}.self_attn`, { ...sizes, turn });
    const [before, between] = [
      norm(shop, `${name}.input_layernorm`),
      norm(shop, `${name}.post_attention_layernorm`),
    ];
    return (x, row, place) => {
      const attended = projections.out(attend(projections.joined(before(x)), row, place));
      if (config.block === "parallel") {
        const fed = feedForward(between(x));
        addTo(x, attended);
        addTo(x, fed);
        return;
      }
      addTo(x, attended);
      addTo(x, feedForward(between(x)));
    };
  });
}
