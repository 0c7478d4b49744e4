import { type VariantName, variantNames } from "./input.ts";

/** A variant as a reader knows it, and the index of its look, the same in every plot. */
const labels: Readonly<Record<VariantName, { readonly label: string; readonly style: number }>> = {
  rope: { label: "RoPE", style: 1 },
  fope: { label: "FoPE", style: 0 },
  "fope-clip": { label: "FoPE clip-only", style: 2 },
  "fope-series": { label: "FoPE series-only", style: 7 },
  alibi: { label: "ALiBi", style: 4 },
  nope: { label: "NoPE", style: 6 },
  "rope-qk-norm": { label: "RoPE + QK-norm", style: 3 },
  yarn: { label: "YaRN", style: 5 },
  ntk: { label: "NTK scaling", style: 8 },
};

/** Name of a variant for a reader; an unknown one goes by its id. */
export function labelOf(variant: string): string {
  return isVariant(variant) ? labels[variant].label : variant;
}

/** Index of a variant's series style. */
export function styleOf(variant: string): number {
  return isVariant(variant) ? labels[variant].style : 0;
}

function isVariant(name: string): name is VariantName {
  return variantNames.some((known) => known === name);
}
