import { meanSd } from "../measured.ts";
import type { Trial } from "./collapse-state.ts";
import type { CollapseInput } from "./input.ts";
import type { ArmResult } from "./output.ts";
import { armLabel } from "./plan.ts";

/** Name of the arm that holds the mixtures, real rows and written ones among them. */
export const mixtureArm = "Mixture";

/** Every model of the study over its seeds; differences are taken within a seed. */
export function armsOf(input: CollapseInput, trials: readonly Trial[]): ArmResult[] {
  const real = (seed: number) =>
    trials.find((trial) => trial.arm === "real" && trial.seed === seed)?.bitsPerByte ?? Number.NaN;
  const keyOf = ({ arm, generation, rule, share }: Trial) =>
    JSON.stringify([arm, generation, rule, arm === "mixture" ? share : null]);
  const result = (name: string, own: readonly Trial[], share?: number): ArmResult[] => {
    const [first] = own;
    if (first === undefined) return [];
    const bits = meanSd(own.map(({ bitsPerByte }) => bitsPerByte));
    return [
      {
        arm: name,
        generation: first.generation,
        synthetic: share ?? first.share,
        seeds: own.length,
        bitsPerByte: bits,
        perplexity: 2 ** bits.mean,
        aboveReal: meanSd(own.map(({ bitsPerByte, seed }) => bitsPerByte - real(seed))),
        candidateRate: meanOf(own.map(({ candidateRate }) => candidateRate)),
        changedRate: meanOf(own.map(({ changedRate }) => changedRate)),
      },
    ];
  };
  const mixtures = input.mixtures
    .toSorted((a, b) => a - b)
    .flatMap((share) => {
      const own = trials.filter(
        (trial) =>
          (share === 0 && trial.arm === "real") ||
          (share === 1 && trial.arm === "replace" && trial.generation === 1) ||
          (trial.arm === "mixture" && trial.share === share),
      );
      return result(mixtureArm, own, share);
    });
  const others = [...Map.groupBy(trials, keyOf).values()].flatMap((own) => {
    const [first] = own;
    return first === undefined || first.arm === "mixture" ? [] : result(armLabel(first, input.edits), own);
  });
  return [...mixtures, ...others];
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.flatMap((value) => (value === null ? [] : [value]));
  return known.length === 0 ? null : meanSd(known).mean;
}
