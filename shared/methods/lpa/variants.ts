import { configure, type LowRank, type ModelConfig, networkOf } from "../../lm/config.ts";
import { matchedSize } from "./cost.ts";
import { type CompareInput, type Initialisation, ranksOf, type VariantName } from "./input.ts";

/** One model of a comparison. */
export interface Variant {
  readonly name: VariantName;
  /** Names it within the run: `dense`, `low-attention-16`. */
  readonly key: string;
  readonly rank: number | null;
  readonly initialisation: Initialisation | null;
  readonly config: ModelConfig;
  readonly learningRates: readonly number[];
}

/** The models that an input asks for, in its order: low-rank attention at every rank, the others at the first. */
export function variantsOf(input: CompareInput): readonly Variant[] {
  const ranks = ranksOf(input);
  const { learningRates } = input.training;
  return input.variants.flatMap((name): readonly Variant[] => {
    if (name === "dense") {
      return [{ name, key: name, rank: null, initialisation: null, config: denseOf(input), learningRates }];
    }
    return (name === "low-attention" ? ranks : ranks.slice(0, 1)).map((rank) => {
      const initialisation = initialisationOf(name, input.initialisation);
      const config = lowRankModel(name, denseOf(input), { rank, initialisation });
      return { name, key: `${name}-${rank}`, rank, initialisation, config, learningRates };
    });
  });
}

function denseOf({ trainingLength, model }: CompareInput): ModelConfig {
  const { dModel, layers, heads, feedForward } = model;
  return configure({
    vocabularySize: 256,
    contextLength: trainingLength,
    dModel,
    layers,
    heads,
    position: { type: "rope", theta: 10_000 },
    ...(feedForward !== undefined && { feedForward: { type: "swiglu" as const, size: feedForward } }),
  });
}

function initialisationOf(name: VariantName, chosen: Initialisation): Initialisation {
  if (name !== "other-initialisation") return chosen;
  return chosen === "default" ? "variance-matched" : "default";
}

function lowRankModel(
  name: Exclude<VariantName, "dense">,
  dense: ModelConfig,
  lowRank: LowRank,
): ModelConfig {
  const attention = { type: "low-rank", ...lowRank } as const;
  const network = networkOf(dense);
  const feedForward = { ...network, lowRank };
  switch (name) {
    case "low-attention":
    case "other-initialisation":
      return { ...dense, attention };
    case "silu":
      return { ...dense, attention: { ...attention, activation: "silu" } };
    case "matched": {
      const low = { ...dense, attention };
      return { ...low, feedForward: { ...network, size: matchedSize(dense, low) } };
    }
    case "low-feed-forward":
      return { ...dense, feedForward };
    case "low-all":
      return { ...dense, attention, feedForward };
  }
}
