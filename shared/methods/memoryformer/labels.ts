import type { VariantName } from "./input.ts";
import type { VariantResult } from "./output.ts";

const looks: Readonly<Record<VariantName, { readonly label: string; readonly style: number }>> = {
  dense: { label: "Dense", style: 1 },
  "dense-flops": { label: "Dense, same FLOPs", style: 2 },
  "dense-parameters": { label: "Dense, same parameters", style: 6 },
  "memory-paper": { label: "Memory (paper)", style: 3 },
  "memory-released": { label: "Memory (released)", style: 0 },
  "product-key": { label: "Product-key memory", style: 4 },
};

/** Name of a variant for a reader: `Memory (released), τ 8`. */
export function labelOf({ kind, bits }: Pick<VariantResult, "kind" | "bits">): string {
  return bits === null ? looks[kind].label : `${looks[kind].label}, τ ${bits}`;
}

/** Index of a variant's series style: its kind's own for the first, those that no kind has for more bits of it. */
export function styleOf(variants: readonly VariantResult[], variant: VariantResult): number {
  const same = variants.filter(({ kind }) => kind === variant.kind);
  const rank = same.findIndex(({ bits }) => bits === variant.bits);
  const offset = variant.kind === "memory-paper" ? 6 : 4;
  return rank <= 0 ? looks[variant.kind].style : offset + rank;
}
