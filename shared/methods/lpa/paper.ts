import { formatCount } from "../../report/format.ts";
import type { Table } from "../../report/table.ts";
import type { VariantResult } from "./output.ts";

/** Perplexities on C4 by size, as published for other ways of training at low rank: arXiv 2406.02214, 2502.10940. */
const c4 = [
  ["Full rank", 34.06, 24.36, 18.8],
  ["Plain low rank everywhere", 78.18, 45.51, 37.41],
  ["ReLoRA", 37.04, 29.37, 29.08],
  ["GaLore", 34.88, 25.36, 18.95],
  ["SLTrain", 34.15, 26.04, 19.42],
  ["CoLA (SiLU between the maps)", 34.04, 24.48, 19.4],
] as const;

const sizes = [
  { name: "Paper, 130M: d 768, 12 layers, r 128", dense: 134.1e6, low: 115.2e6 },
  { name: "Paper, 370M: d 1024, 24 layers, r 320", dense: 368.6e6, low: 330.8e6 },
] as const;

/** What low-rank attention saves of the parameters, in the paper and in this run. */
export function besideThePaper(variants: readonly VariantResult[]): Table {
  const dense = variants.find(({ name }) => name === "dense");
  const own = variants.flatMap(({ name, rank, parameters }) =>
    dense === undefined || name !== "low-attention"
      ? []
      : [[`This run, r ${rank}`, dense.parameters, parameters, 1 - parameters / dense.parameters]],
  );
  const count = { numeric: true, format: formatCount };
  return {
    caption: "Parameters of the dense model and with low-rank attention, feed-forward unchanged",
    columns: [
      { label: "Model" },
      { label: "Dense", ...count },
      { label: "Low-rank attention", ...count },
      { label: "Saved", numeric: true, format: (share) => `${(share * 100).toFixed(1)}%` },
    ],
    rows: [...sizes.map(({ name, dense, low }) => [name, dense, low, 1 - low / dense]), ...own],
  };
}

/** Other ways to train at low rank, at sizes that a run here has no counterpart of. */
export function othersAtScale(): Table {
  const number = { numeric: true, decimals: 2, best: "lowest" } as const;
  return {
    caption: "Published perplexities on C4, by parameters",
    columns: [
      { label: "Training" },
      { label: "60M", ...number },
      { label: "130M", ...number },
      { label: "350M", ...number },
    ],
    rows: c4.map((row) => [...row]),
  };
}
