import type { Table } from "../../report/table.ts";

/** The paper's figures for LLaMA-2-7B: losses on the test set by order, and weighted similarity distances. */
export function paperTable(): Table {
  const number = { numeric: true, decimals: 3, best: "lowest" } as const;
  return {
    caption: "The paper's losses and distances by order (arXiv 2406.11721; lower is nearer or better)",
    columns: [
      { label: "Training data and what is measured" },
      { label: "Near first", ...number },
      { label: "Random", ...number },
      { label: "Far first", ...number },
    ],
    rows: [
      ["Flan-mini, loss at step 900", 0.5, 0.63, 0.84],
      ["Flan-mini, loss at step 1,800", 0.52, 0.58, 0.59],
      ["Flan-mini, weighted similarity distance", 0.62, 0.66, 0.7],
      ["ShareGPT, loss", 0.738, 0.756, 0.76],
      ["NoRobots, loss", 1.297, 1.304, 1.309],
    ],
  };
}
