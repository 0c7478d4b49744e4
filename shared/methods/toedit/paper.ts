import type { Table } from "../../report/table.ts";

/** Perplexity by the share of synthetic data, as printed (arXiv 2412.14689). */
export const paperMixtures = [
  ["GPT-2 124M, 22 Pile domains", 21.37, 22.31, 23.9, 27.03, 49.3],
  ["GPT-2 124M, Wikitext-103, epoch 1", 43.62, 45.97, 50.29, 58.66, 169.38],
  ["OLMo-237M, Wikitext-103", 187.4, 185.5, 260.1, 367.5, 1605.7],
] as const;

export function paperMixtureTable(): Table {
  const number = { numeric: true, decimals: 2 };
  return {
    caption: "The paper's perplexities by the share of synthetic data",
    columns: [
      { label: "Model and test" },
      ...["0%", "25%", "50%", "75%", "100%"].map((label) => ({ label, ...number })),
    ],
    rows: paperMixtures.map((row) => [...row]),
  };
}

/** Averages over the tasks of a domain: the base model, continued on the domain's data, and on the edited data. */
export function paperTraining(): Table {
  const number = { numeric: true, decimals: 2 };
  return {
    caption: "The paper's task averages with edited data (higher is better)",
    columns: [
      { label: "Training" },
      { label: "Base", ...number },
      { label: "On the data", ...number },
      { label: "On edited data", ...number },
    ],
    rows: [
      ["Biomedicine, OLMo", 36.63, 38.83, 40.89],
      ["Biomedicine, Llama", 54.13, 56.04, 56.48],
      ["Finance, OLMo", 46.22, 47.92, 50.21],
      ["From scratch", null, 32.75, 33.11],
    ],
  };
}

/** The ablation of the threshold. */
export function paperThresholds(): Table {
  return {
    caption: "The paper's task average by threshold",
    columns: [{ label: "Candidates" }, { label: "Average", numeric: true, decimals: 2 }],
    rows: [
      ["p ≥ .99", 38.69],
      ["p ≥ .999", 38.48],
      ["p ≤ .1", 35.72],
      ["p ≤ .01", 37.46],
      ["p ≤ .001", 39.16],
    ],
  };
}
