import { formatCount } from "../../report/format.ts";
import type { Table } from "../../report/table.ts";
import { difference, exceeds } from "../measured.ts";
import { inWords, lossMeasured } from "./findings.ts";
import { labelOf } from "./labels.ts";
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

/** What the paper claims, and the same figures of this run: perplexity and time beside the dense model's. */
export function claimsBeside(variants: readonly VariantResult[]): string[] {
  const dense = variants.find(({ name }) => name === "dense");
  const own = variants.flatMap((variant) =>
    dense !== undefined && (variant.name === "low-attention" || variant.name === "matched")
      ? [besideDense(variant, dense)]
      : [],
  );
  const paper =
    "The paper reports up to 12.4% of the time saved, about 5% better test perplexity than the dense transformer, and low rank in attention alone ahead of low rank in the feed-forward or everywhere. Its models, text and tokens are of another scale.";
  return own.length === 0 ? [paper] : [paper, `This run, beside the dense model: ${own.join("; ")}.`];
}

function besideDense(variant: VariantResult, dense: VariantResult): string {
  const [mine, theirs] = [lossMeasured(variant), lossMeasured(dense)];
  const perplexity = inWords(Math.exp(mine.mean - theirs.mean) - 1, ["lower", "the same", "higher"]);
  const beyond = [difference(mine, theirs), difference(theirs, mine)].some(exceeds);
  const known = variant.seeds > 1 && dense.seeds > 1;
  const seeds = known ? ` (${beyond ? "beyond" : "within"} the seeds' spread)` : "";
  const time = inWords(dense.tokensPerSecond / variant.tokensPerSecond - 1, ["less", "as much", "more"]);
  return `${labelOf(variant)} has a perplexity ${perplexity}${seeds} and takes ${time} time a token in training`;
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
