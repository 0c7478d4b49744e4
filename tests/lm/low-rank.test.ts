import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGraph, input } from "../../shared/engine/graph.ts";
import { compile } from "../../shared/engine/program.ts";
import { configure, type LowRank } from "../../shared/lm/config.ts";
import { createRandom } from "../../shared/lm/random.ts";
import { linearLayer, rankOf, siluGain } from "../../shared/lm/transformer/low-rank.ts";
import { initialWeights, type Weight } from "../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../shared/lm/transformer/transformer.ts";
import { largestDifference, logitsOf } from "./logits.ts";

interface Layer {
  readonly sides: readonly [number, number];
  readonly lowRank?: LowRank;
}

/** One linear layer with its initial weights, and what it makes of standard normal rows. */
async function applied({ sides, lowRank }: Layer, rows: number, seed = 0) {
  const graph = createGraph();
  const weights: Weight[] = [];
  const x = input(graph, "x", "float32", [rows, sides[1]]);
  const y = linearLayer({ graph, weights, inputs: new Map(), residualScale: 1 }, "layer", sides, x, {
    lowRank,
  });
  const values = initialWeights(weights, seed);
  const random = createRandom(seed, "rows");
  const given = Float32Array.from({ length: rows * sides[1] }, () => random.normal());
  const program = await compile(graph, { y }, { threads: 1 });
  const made = Float32Array.from((await program.run({ ...Object.fromEntries(values), x: given })).y, Number);
  await program.release();
  return { given, made, values };
}

/** Row-major [m, k] times [k, n]. */
function product(a: ArrayLike<number>, b: ArrayLike<number>, [m, k, n]: readonly [number, number, number]) {
  return Float64Array.from({ length: m * n }, (_, at) => {
    let total = 0;
    for (let i = 0; i < k; i++) total += (a[Math.floor(at / n) * k + i] ?? 0) * (b[i * n + (at % n)] ?? 0);
    return total;
  });
}

const transposed = (a: ArrayLike<number>, rows: number, columns: number) =>
  Float64Array.from({ length: a.length }, (_, at) => a[(at % rows) * columns + Math.floor(at / rows)] ?? 0);

const initialisations = ["default", "variance-matched"] as const;

describe("a low-rank layer", () => {
  test("is the product of its two maps", async () => {
    const size = fc.integer({ min: 1, max: 9 });
    const cases = fc.record({
      outputs: size,
      inputs: size,
      rank: size,
      initialisation: fc.constantFrom(...initialisations),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ outputs, inputs, rank, initialisation }) => {
        const sides = [outputs, inputs] as const;
        const kept = rankOf({ rank }, sides);
        const { given, made, values } = await applied({ sides, lowRank: { rank, initialisation } }, 3);
        const [down, up] = [values.get("layer.down.weight") ?? [], values.get("layer.up.weight") ?? []];
        const whole = product(up, down, [outputs, kept, inputs]);
        const expected = product(given, transposed(whole, outputs, inputs), [3, inputs, outputs]);
        expect(largestDifference(made, expected)).toBeLessThan(1e-5);
      }),
      { numRuns: 25 },
    );
  });

  test("has no more rank than a matrix of its sides can have", () => {
    expect([rankOf({ rank: 9 }, [4, 7]), rankOf({ rank: 9 }, [7, 4]), rankOf({ rank: 3 }, [7, 4])]).toEqual([
      4, 4, 3,
    ]);
    const config = configure({
      vocabularySize: 5,
      contextLength: 4,
      dModel: 16,
      layers: 1,
      heads: 4,
      kvHeads: 1,
      position: { type: "nope" },
      attention: { type: "low-rank", rank: 8, initialisation: "default" },
    });
    const shapes = new Map(
      weightsOf(config).map(({ name, shape }) => [name.replace("model.layers.0.self_attn.", ""), shape]),
    );
    expect(shapes.get("q_proj.down.weight")).toEqual([8, 16]);
    expect(shapes.get("k_proj.up.weight")).toEqual([4, 4]);
    expect(shapes.get("o_proj.up.weight")).toEqual([16, 8]);
  });

  test("begins with a dense layer's variance where matched, and with a ninth of it by PyTorch's default", async () => {
    const sides = [256, 192] as const;
    const variance = async (lowRank?: LowRank) => {
      const { made } = await applied({ sides, ...(lowRank && { lowRank }) }, 64);
      return made.reduce((total, y) => total + y * y, 0) / made.length;
    };
    expect(Math.abs((await variance()) - 1)).toBeLessThan(0.1);
    expect(Math.abs((await variance({ rank: 96, initialisation: "variance-matched" })) - 1)).toBeLessThan(
      0.1,
    );
    const silu = { rank: 96, activation: "silu", initialisation: "variance-matched" } as const;
    expect(Math.abs((await variance(silu)) - 1)).toBeLessThan(0.1);
    expect(Math.abs((await variance({ rank: 96, initialisation: "default" })) - 1 / 9)).toBeLessThan(0.02);
  });

  test("the gain of SiLU is that of a standard normal input", () => {
    const step = 1e-3;
    let square = 0;
    for (let x = -12; x < 12; x += step) {
      square += ((x / (1 + Math.exp(-x))) ** 2 * Math.exp((-x * x) / 2) * step) / Math.sqrt(2 * Math.PI);
    }
    expect(1 / Math.sqrt(square)).toBeCloseTo(siluGain, 9);
  });

  test("leaves every other weight of a model as it begins", async () => {
    const given = {
      vocabularySize: 7,
      contextLength: 4,
      dModel: 8,
      layers: 1,
      heads: 2,
      position: { type: "nope" },
    } as const;
    const dense = initialWeights(weightsOf(configure(given)), 3);
    const low = configure({ ...given, attention: { type: "low-rank", rank: 2, initialisation: "default" } });
    const weights = initialWeights(weightsOf(low), 3);
    for (const [name, values] of weights)
      if (!name.includes("self_attn")) expect(values).toEqual(dense.get(name));
    expect([...weights.keys()].filter((name) => name.includes("self_attn"))).toHaveLength(8);
    expect(await logitsOf(low, weights, [1, 2, 3])).toHaveLength(21);
  });
});
