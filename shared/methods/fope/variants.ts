import { configure, type ModelConfig } from "../../lm/config.ts";
import type { FopeConfig, PositionConfig } from "../../lm/position/config.ts";
import type { CompareInput, VariantName } from "./input.ts";

/** A variant that has a training of its own; the others stretch the trained RoPE model at inference. */
export type TrainedVariant = Exclude<VariantName, "yarn" | "ntk">;

export function isTrained(name: VariantName): name is TrainedVariant {
  return name !== "yarn" && name !== "ntk";
}

/** The trainings that the wanted variants need, each with the variants that are evaluated on its model. */
export function trainingsFor(
  variants: readonly VariantName[],
): readonly { readonly trained: TrainedVariant; readonly evaluated: readonly VariantName[] }[] {
  const stretched = variants.filter((name) => !isTrained(name));
  const trained = variants.filter(isTrained);
  const all: readonly TrainedVariant[] =
    stretched.length > 0 && !trained.includes("rope") ? ["rope", ...trained] : trained;
  return all.map((name) => ({
    trained: name,
    evaluated: [...(trained.includes(name) ? [name] : []), ...(name === "rope" ? stretched : [])],
  }));
}

/** FoPE's position embedding with the input's settings; the noise is drawn from `seed`. */
export function fopePosition(
  fourier: CompareInput["fourier"],
  trainingLength: number,
  seed: number,
  ablation: { readonly clip: boolean; readonly series: boolean } = { clip: true, series: true },
): FopeConfig {
  const { theta, sigma, pad, columns } = fourier;
  return { type: "fope", theta, sigma, pad, columns, trainingLength, seed, ...ablation };
}

/** The model of a variant, as it is trained, or stretched by `factor` where the variant does that. */
export function modelOf(name: VariantName, input: CompareInput, seed: number, factor = 1): ModelConfig {
  const { dModel, layers, heads, feedForward } = input.model;
  return configure({
    vocabularySize: 256,
    contextLength: input.trainingLength,
    dModel,
    layers,
    heads,
    position: positionOf(name, input, seed, factor),
    qkNorm: name === "rope-qk-norm",
    ...(feedForward !== undefined && { feedForward: { type: "swiglu" as const, size: feedForward } }),
  });
}

function positionOf(name: VariantName, input: CompareInput, seed: number, factor: number): PositionConfig {
  const { fourier, trainingLength } = input;
  const { theta } = fourier;
  switch (name) {
    case "rope":
    case "rope-qk-norm":
      return { type: "rope", theta };
    case "yarn":
      if (factor <= 1) return { type: "rope", theta };
      return { type: "rope", theta, scaling: { type: "yarn", factor, originalLength: trainingLength } };
    case "ntk":
      return factor <= 1
        ? { type: "rope", theta }
        : { type: "rope", theta, scaling: { type: "ntk", factor } };
    case "fope":
      return fopePosition(fourier, trainingLength, seed);
    case "fope-clip":
      // Without the series, the released code makes the dropped frequencies 0: those pairs are not rotated.
      return fopePosition({ ...fourier, pad: "plain" }, trainingLength, seed, { clip: true, series: false });
    case "fope-series":
      return fopePosition(fourier, trainingLength, seed, { clip: false, series: true });
    case "alibi":
      return { type: "alibi" };
    case "nope":
      return { type: "nope" };
  }
}
