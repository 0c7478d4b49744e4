import * as z from "zod";
import { dimension } from "../../engine/graph.ts";
import type { LanguageModel } from "../../lm/stored-model.ts";
import { weightsOf } from "../../lm/transformer/transformer.ts";
import {
  directionsOf,
  errorOf,
  type FactorError,
  factorsOf,
  type Root,
  rootOf,
  type Weight,
} from "./factor.ts";
import { type ConvertInput, type Factorisation, factorisation } from "./input.ts";
import type { Moments } from "./moments.ts";

const values = z.custom<Float32Array>((value) => value instanceof Float32Array);

/** An attention cut to one rank in one way: its maps by weight name, and the squares of its errors, so far. */
const cut = z.object({
  key: z.string(),
  factorisation,
  rank: z.int(),
  maps: z.map(z.string(), values),
  error: z.object({
    weight: z.number(),
    weightNorm: z.number(),
    output: z.number(),
    outputNorm: z.number(),
  }),
});
export type Cut = z.infer<typeof cut>;

/** How many layers are factored, and into what. */
export const factoring = z.object({ layers: z.int(), cuts: z.array(cut) });
export type Factoring = z.infer<typeof factoring>;

/** Every way at every rank, with no layer factored yet. */
export function noLayers({
  ranks,
  factorisations,
}: Pick<ConvertInput, "ranks" | "factorisations">): Factoring {
  const cuts = ranks.flatMap((rank) =>
    factorisations.map((factorisation) => ({
      key: `${factorisation}-${rank}`,
      factorisation,
      rank,
      maps: new Map<string, Float32Array>(),
      error: { weight: 0, weightNorm: 0, output: 0, outputNorm: 0 },
    })),
  );
  return { layers: 0, cuts };
}

/** The next layer's attention factored in every way and at every rank: one decomposition a projection and way. */
export function factorLayer(
  model: Pick<LanguageModel, "config" | "weights">,
  moments: ReadonlyMap<string, Moments>,
  { layers, cuts }: Factoring,
): Factoring {
  const rootFor = remembered((of: Moments) => rootOf(of.values, of.size));
  const projections = ["q", "k", "v", "o"].map((part) => `model.layers.${layers}.self_attn.${part}_proj`);
  const factored = projections.reduce<readonly Cut[]>((all, name) => {
    const of = moments.get(name);
    if (of === undefined) throw new Error(`no moments of ${name}'s inputs`);
    return factorProjection(name, weightOf(model, `${name}.weight`), rootFor(of), all);
  }, cuts);
  return { layers: layers + 1, cuts: [...factored] };
}

function factorProjection(name: string, weight: Weight, root: Root, cuts: readonly Cut[]): readonly Cut[] {
  const directions = remembered((way: Factorisation) =>
    directionsOf(weight, way === "plain" ? undefined : root),
  );
  return cuts.map((cut) => {
    const factors = factorsOf(weight, directions(cut.factorisation), cut.rank);
    const maps = new Map([
      ...cut.maps,
      [`${name}.down.weight`, factors.down],
      [`${name}.up.weight`, factors.up],
    ]);
    return { ...cut, maps, error: added(cut.error, errorOf(weight, factors, root)) };
  });
}

function weightOf({ config, weights }: Pick<LanguageModel, "config" | "weights">, name: string): Weight {
  const shape = weightsOf(config).find((weight) => weight.name === name)?.shape;
  const values = weights.get(name);
  if (shape === undefined || values === undefined) throw new Error(`the model has no ${name}`);
  return { values, sides: [dimension(shape, 0), dimension(shape, 1)] };
}

const added = (a: FactorError, b: FactorError): FactorError => ({
  weight: a.weight + b.weight,
  weightNorm: a.weightNorm + b.weightNorm,
  output: a.output + b.output,
  outputNorm: a.outputNorm + b.outputNorm,
});

/** A function that computes once for each argument. */
function remembered<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
