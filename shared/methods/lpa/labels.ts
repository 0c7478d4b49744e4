import type { VariantName } from "./input.ts";
import type { VariantResult } from "./output.ts";

const looks: Readonly<Record<VariantName, { readonly label: string; readonly style: number }>> = {
  dense: { label: "Dense", style: 1 },
  "low-attention": { label: "Low-rank attention", style: 0 },
  matched: { label: "Parameter-matched", style: 2 },
  "low-feed-forward": { label: "Low-rank feed-forward", style: 4 },
  "low-all": { label: "Low-rank everywhere", style: 6 },
  silu: { label: "Attention with SiLU", style: 3 },
  "other-initialisation": { label: "Attention", style: 5 },
};

/** Name of a variant for a reader, without its rank. */
export function nameOf({ name, initialisation }: Pick<VariantResult, "name" | "initialisation">): string {
  if (name !== "other-initialisation") return looks[name].label;
  return `${looks[name].label}, ${initialisation === "default" ? "default init" : "matched init"}`;
}

/** Name of a variant for a reader: `Low-rank attention, r 16`. */
export function labelOf(variant: Pick<VariantResult, "name" | "rank" | "initialisation">): string {
  return variant.rank === null ? nameOf(variant) : `${nameOf(variant)}, r ${variant.rank}`;
}

/** Index of a variant's series style, the same in every plot. */
export const styleOf = (name: VariantName): number => looks[name].style;
