import type { Dense, DensePlan } from "../../engine/kernels/dense.ts";
import { createLookup, type LookupLayer } from "../../engine/kernels/lookup.ts";
import { type LowRank, type ModelConfig, networkOf } from "../config.ts";
import { rankOf } from "../transformer/low-rank.ts";
import { addTo, geluTanhInPlace, layerNorm, multiplyBy, rmsNorm, siluInPlace } from "./vectors.ts";

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
}

/** W x + b, with W as two maps where it is low-rank. */
export function linear(
  shop: Workshop,
  name: string,
  sides: readonly [outputs: number, inputs: number],
  { bias = false, lowRank }: LinearOptions = {},
): Layer {
  const [outputs, inputs] = sides;
  const offset = bias ? shop.weight(`${name}.bias`) : undefined;
  const map = (): Layer => {
    if (lowRank === undefined) return product(shop, shop.weight(`${name}.weight`), outputs);
    const down = product(shop, shop.weight(`${name}.down.weight`), rankOf(lowRank, [outputs, inputs]));
    const up = product(shop, shop.weight(`${name}.up.weight`), outputs);
    return (x) => {
      const between = down(x);
      if (lowRank.activation === "silu") siluInPlace(between);
      return up(between);
    };
  };
  const apply = map();
  if (offset === undefined) return apply;
  return (x) => {
    const y = apply(x);
    addTo(y, offset);
    return y;
  };
}

/** A matrix [outputs, inputs] times a vector. */
export function product({ plan, filling, dense }: Workshop, matrix: Float32Array, outputs: number): Layer {
  const inputs = matrix.length / outputs;
  const [w, x, y] = [plan.matrix(outputs, inputs), plan.vector(inputs), plan.vector(outputs)];
  filling.push((memory) => memory.put(w, matrix));
  return (given) => {
    const memory = dense();
    memory.view(x).set(given);
    memory.multiply(w, x, y);
    return memory.view(y).subarray(0, outputs);
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
  const wide = (part: string) => linear(shop, `${name}.${part}`, [size, config.dModel], options);
  const up = wide("up_proj");
  const gate = type === "swiglu" ? wide("gate_proj") : undefined;
  const down = linear(shop, `${name}.down_proj`, [config.dModel, size], options);
  return (x) => {
    const hidden = up(x);
    if (gate === undefined) {
      geluTanhInPlace(hidden);
      return down(hidden);
    }
    const opened = gate(x);
    siluInPlace(opened);
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
