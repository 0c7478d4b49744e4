import type { Dense, DensePlan } from "../../engine/kernels/dense.ts";
import { createLookup, type LookupLayer } from "../../engine/kernels/lookup.ts";
import { type LowRank, type ModelConfig, networkOf } from "../config.ts";
import { rankOf } from "../transformer/low-rank.ts";
import { addTo, geluTanhInPlace, layerNorm, multiplyBy, rmsNorm } from "./vectors.ts";

/** From one token's vector to another; a view that the next call overwrites. */
export type Layer = (x: Float32Array) => Float32Array;

/** What the layers of a model are made from: weights by name, and the kernel's memory, which opens when all have their place. */
export interface Workshop {
  readonly config: ModelConfig;
  readonly plan: DensePlan;
  weight(name: string): Float32Array;
  /** The memory; to be called by layers at work, not while they are made. */
  dense(): Dense;
  /** What to put in the memory when it opens. */
  readonly filling: ((dense: Dense) => void)[];
}

interface LinearOptions {
  readonly bias?: boolean | undefined;
  readonly lowRank?: LowRank | undefined;
  /** Applied to the result. */
  readonly activation?: "silu" | undefined;
}

/** W x + b, with W as two maps where it is low-rank. */
export function linear(
  shop: Workshop,
  name: string,
  [outputs, inputs]: readonly [outputs: number, inputs: number],
  { bias = false, lowRank, activation }: LinearOptions = {},
): Layer {
  const last = {
    activation,
    ...(bias && { bias: shop.weight(`${name}.bias`) }),
  };
  if (lowRank === undefined) return product(shop, shop.weight(`${name}.weight`), outputs, last);
  const rank = rankOf(lowRank, [outputs, inputs]);
  const down = product(shop, shop.weight(`${name}.down.weight`), rank, { activation: lowRank.activation });
  const up = product(shop, shop.weight(`${name}.up.weight`), outputs, last);
  return (x) => up(down(x));
}

/** A matrix [outputs, inputs] times a vector, a bias added to it and then the activation. */
export function product(
  { plan, filling, dense }: Workshop,
  matrix: Float32Array,
  outputs: number,
  { bias, activation }: { readonly bias?: Float32Array; readonly activation?: "silu" | undefined } = {},
): Layer {
  const inputs = matrix.length / outputs;
  const [w, x, y] = [plan.matrix(outputs, inputs), plan.vector(inputs), plan.vector(outputs)];
  filling.push((memory) => memory.put(w, matrix));
  let result: Float32Array | undefined;
  return (given) => {
    const memory = dense();
    memory.view(x).set(given);
    memory.multiply(w, x, y);
    result ??= memory.view(y).subarray(0, outputs);
    if (bias !== undefined) addTo(result, bias);
    if (activation === "silu") memory.silu(y);
    return result;
  };
}

/** The norm of the configuration. */
export function norm({ config, weight }: Workshop, name: string, size = config.dModel): Layer {
  const { normEpsilon, norm: kind } = config;
  const into = new Float32Array(size);
  const gain = weight(`${name}.weight`);
  if (kind === "layer") {
    const affine = { gain, bias: weight(`${name}.bias`) };
    return (x) => {
      layerNorm(x, affine, normEpsilon, into);
      return into;
    };
  }
  return (x) => {
    rmsNorm(x, gain, normEpsilon, into);
    return into;
  };
}

/** Queries, keys and values of all heads in a row, and the way back from the heads' outputs. */
export interface Projections {
  readonly joined: Layer;
  readonly out: Layer;
}

export function denseProjections(shop: Workshop, name: string): Projections {
  const { heads, kvHeads, headDim, dModel, attention, biases } = shop.config;
  const lowRank = attention.type === "low-rank" ? attention : undefined;
  const sizes = { q: heads * headDim, k: kvHeads * headDim, v: kvHeads * headDim };
  const sides = (["q", "k", "v"] as const).map((side) =>
    linear(shop, `${name}.${side}_proj`, [sizes[side], dModel], { lowRank, bias: biases?.qkv }),
  );
  const joined = new Float32Array(sizes.q + sizes.k + sizes.v);
  const outputs: [number, number] = [dModel, sizes.q];
  return {
    joined: (x) => {
      let at = 0;
      for (const side of sides) {
        const part = side(x);
        joined.set(part, at);
        at += part.length;
      }
      return joined;
    },
    out: linear(shop, `${name}.o_proj`, outputs, { lowRank, bias: biases?.output }),
  };
}

/** A feed-forward of two or three matrices: SwiGLU, or GELU in its tanh form. */
export function denseFeedForward(shop: Workshop, name: string): Layer {
  const { config } = shop;
  const { size, lowRank, type } = networkOf(config);
  const options = { lowRank, bias: config.biases?.feedForward };
  const sides = [size, config.dModel] as const;
  const up = linear(shop, `${name}.up_proj`, sides, options);
  const gate =
    type === "swiglu"
      ? linear(shop, `${name}.gate_proj`, sides, { ...options, activation: "silu" })
      : undefined;
  const down = linear(shop, `${name}.down_proj`, [config.dModel, size], options);
  return (x) => {
    const hidden = up(x);
    if (gate === undefined) {
      geluTanhInPlace(hidden);
      return down(hidden);
    }
    const opened = gate(x);
    multiplyBy(opened, hidden);
    return down(opened);
  };
}

/** The Memory Layers of all blocks, on the fused kernel: projections and feed-forward of each. */
export function memoryBlocks(
  shop: Workshop,
  names: readonly string[],
): readonly { projections: Projections; feedForward: Layer }[] {
  const lookup = createLookup(names.flatMap((name) => lookupLayers(shop, name)));
  return names.map((name, block) => {
    const between = norm(shop, `${name}.mlp.norm`, shop.weight(`${name}.mlp.norm.weight`).length);
    return {
      projections: { joined: (x) => lookup.run(3 * block, x), out: (x) => x },
      feedForward: (x) => lookup.run(3 * block + 2, between(lookup.run(3 * block + 1, x))),
    };
  });
}

/** The three Memory Layers of a block, in the order in which they run. Throws where the model has other layers. */
function lookupLayers({ config, weight }: Workshop, name: string): readonly LookupLayer[] {
  const { dModel, heads, kvHeads, headDim, attention: hash, feedForward } = config;
  if (hash.type !== "memory" || feedForward.type !== "memory") {
    throw new Error("a model of Memory Layers is expected");
  }
  const deeper = { ...feedForward, bits: feedForward.bits + feedForward.extraBits };
  const width = (heads + 2 * kvHeads) * headDim;
  const hidden = weight(`${name}.mlp.norm.weight`).length;
  return [
    { tables: weight(`${name}.self_attn.qkv_memory.weight`), width, hash },
    { tables: weight(`${name}.mlp.up_memory.weight`), width: hidden, hash: feedForward },
    { tables: weight(`${name}.mlp.down_memory.weight`), width: dModel, hash: deeper },
  ];
}
