import { formatNumber } from "../report/format.ts";

/** A variant's rate of the full trainings, and the loss of the short ones by rate; null where one diverged. */
export interface TunedRates {
  readonly learningRate: number;
  readonly tuning: readonly { readonly learningRate: number; readonly loss: number | null }[];
}

/**
 * Which variants' best rate is the last of a grid of three or more, and on which side: a wider grid could serve
 * them better. Undefined where there is none.
 */
export function edgeSentence<Variant extends TunedRates>(
  variants: readonly Variant[],
  labelOf: (variant: Variant) => string,
): string | undefined {
  const names = variants.flatMap((variant) => {
    const side = edgeOf(variant);
    return side === undefined
      ? []
      : [`${labelOf(variant)} (${formatNumber(variant.learningRate)}, the ${side})`];
  });
  return names.length === 0 ? undefined : `The best rate lies at the grid's edge for ${names.join("; ")}.`;
}

/** On which side of its grid the best rate is the last one, if it is. */
export function edgeOf({ learningRate, tuning }: TunedRates): "lowest" | "highest" | undefined {
  const rates = tuning.map((one) => one.learningRate);
  if (rates.length < 3) return undefined;
  if (learningRate === Math.min(...rates)) return "lowest";
  return learningRate === Math.max(...rates) ? "highest" : undefined;
}
