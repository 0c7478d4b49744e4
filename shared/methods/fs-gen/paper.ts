import { formatCount, formatNumber, formatPercent } from "../../report/format.ts";
import type { Table } from "../../report/table.ts";
import { determination, fitLaw } from "./fits.ts";
import type { PairResult } from "./output.ts";
import { publishedFrequencies, publishedSets } from "./published.ts";

/** The published oracle frequencies on GSM8K nearest in ratio to this run's ends and middle, beside them. */
export function besideThePaper(pairs: readonly PairResult[]): Table {
  const published = publishedFrequencies("oracle gsm8k");
  const own = pairs.toSorted((a, b) => a.ratio - b.ratio);
  const chosen = [own[0], own[Math.floor(own.length / 2)], own.at(-1)].filter((pair) => pair !== undefined);
  return {
    caption: "This run beside the nearest ratio of the paper's oracle on GSM8K",
    columns: [
      { label: "Small", numeric: true, format: formatCount },
      { label: "Large", numeric: true, format: formatCount },
      { label: "R", numeric: true },
      { label: "Frequency", numeric: true, format: (value) => formatPercent(value, 1) },
      { label: "Paper's pair" },
      { label: "R", numeric: true },
      { label: "Frequency", numeric: true, format: (value) => formatPercent(value, 1) },
    ],
    rows: chosen.map(({ small, large, ratio, cof }) => {
      const near = published.reduce((best, one) =>
        Math.abs(Math.log(one.large / one.small / ratio)) <
        Math.abs(Math.log(best.large / best.small / ratio))
          ? one
          : best,
      );
      const name = `${formatNumber(near.large / 1e9)}B and ${formatNumber(near.small / 1e9)}B`;
      return [small, large, ratio, cof, name, near.large / near.small, near.cof];
    }),
  };
}

/** The power law, fitted here to the published frequencies of each decoder and task. */
export function paperFits(): Table {
  return {
    caption: "The power law −a R^−α + b fitted to the published frequencies",
    columns: [
      { label: "Decoder and task" },
      { label: "a", numeric: true, decimals: 3 },
      { label: "α", numeric: true, decimals: 3 },
      { label: "b", numeric: true, decimals: 3 },
      { label: "R²", numeric: true, decimals: 3 },
    ],
    rows: publishedSets.map((set) => {
      const data = publishedFrequencies(set);
      const law = fitLaw("power", data);
      const { a = 0, alpha = 0, b = 0 } = law.parameters;
      return [set, a, alpha, b, determination(law, data)];
    }),
  };
}
