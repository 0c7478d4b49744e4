import { formatCount, formatFixed } from "../../report/format.ts";
import type { Table } from "../../report/table.ts";
import { paperBlock } from "./flops.ts";

/** One block at 2,048 tokens in 10^9 multiply-adds, as printed, and the average over six tasks (arXiv 2411.12992). */
export const paperSizes = [
  {
    d: 512,
    dense: { name: "Pythia-70M", withoutAttention: 6.4, total: 10.7, average: 0.375 },
    memory: { name: "MF-tiny", withoutAttention: 0.4, total: 4.7, average: 0.404 },
  },
  {
    d: 768,
    dense: { name: "Pythia-160M", withoutAttention: 14.5, total: 20.9, average: 0.389 },
    memory: { name: "MF-small", withoutAttention: 1.0, total: 7.4, average: 0.423 },
  },
  {
    d: 1024,
    dense: { name: "Pythia-410M", withoutAttention: 25.8, total: 34.4, average: 0.435 },
    memory: { name: "MF-base", withoutAttention: 1.6, total: 10.2, average: 0.458 },
  },
] as const;

const number = { numeric: true, decimals: 1 };

/** Which of the printed figures the formulas give to the digit, and both figures for those that they do not. */
export function printedAndCounted(): string {
  const pairs = paperSizes.flatMap(({ d, ...size }) => {
    const formula = paperBlock(d);
    return (["dense", "memory"] as const).flatMap((kind) =>
      (["withoutAttention", "total"] as const).map((what) => ({
        name: size[kind].name,
        what: what === "total" ? "in all" : "without attention",
        printed: formatFixed(size[kind][what], 1),
        counted: formatFixed(formula[kind][what], 1),
      })),
    );
  });
  const other = pairs.filter(({ printed, counted }) => printed !== counted);
  const told = other.map(
    ({ name, what, printed, counted }) => `${name} ${what}, printed ${printed}, by formula ${counted}`,
  );
  return `Of the ${pairs.length} numbers of multiply-adds that the paper prints, its formulas (12 s d² for a dense block, 6/τ s d² for Memory Layers, 2 s² d for attention) give ${pairs.length - other.length} to the digit. Not these: ${told.join("; ")}. The formulas that give the other sizes do not give these.`;
}

export function paperTable(): Table {
  return {
    caption:
      "The paper's models: 10⁹ multiply-adds of one block over 2,048 tokens, printed and by the formulas here",
    columns: [
      { label: "Model" },
      { label: "d", numeric: true, format: formatCount },
      { label: "Without attention", ...number },
      { label: "by formula", ...number },
      { label: "Total", ...number },
      { label: "by formula", key: "total by formula", ...number },
      { label: "Six-task average", numeric: true, decimals: 3 },
    ],
    rows: paperSizes.flatMap(({ d, ...size }) => {
      const formula = paperBlock(d);
      return (["dense", "memory"] as const).map((kind) => [
        size[kind].name,
        d,
        size[kind].withoutAttention,
        formula[kind].withoutAttention,
        size[kind].total,
        formula[kind].total,
        size[kind].average,
      ]);
    }),
  };
}

/** tau, K, perplexity and MB of layer Q's tables of the paper's smallest model. */
const bitsOfSmallest = [
  [4, 128, 19.01, 2.1],
  [8, 64, 18.82, 16.8],
  [10, 51, 18.67, 53.5],
] as const;

/** The perplexities in words: `19.01 at τ 4, ...`. */
export const paperPerplexities = () =>
  bitsOfSmallest.map(([bits, , perplexity]) => `${perplexity} at τ ${bits}`).join(", ");

/** Perplexity of the paper's smallest model by the number of bits and chunks, with the bytes of one layer's tables. */
export function paperBits(): Table {
  return {
    caption: "The paper's smallest model by bits and chunks",
    columns: [
      { label: "τ", numeric: true },
      { label: "K", numeric: true },
      { label: "Perplexity", numeric: true, decimals: 2, best: "lowest" },
      { label: "Tables of layer Q (MB)", numeric: true, decimals: 1 },
    ],
    rows: bitsOfSmallest.map((row) => [...row]),
  };
}
