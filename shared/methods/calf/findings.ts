import { formatFixed, formatPercent } from "../../report/format.ts";
import type { Finding } from "../finding.ts";
import { labelOf, type Perturbation } from "./names.ts";
import type { MetaEvaluateOutput, MetricFigures } from "./output.ts";

export const percent = (share: number): string => formatPercent(share, 1);

/** A difference of shares in points, with its sign. */
export const points = (difference: number): string =>
  `${difference > 0 ? "+" : ""}${formatFixed(100 * difference, 1)}`;

/** A share with its interval, as `61.2% (58.9 to 63.4)`. */
export function withBounds(share: number, low: number | null, high: number | null): string {
  if (low === null || high === null) return percent(share);
  return `${percent(share)} (${percent(low).replace("%", "")} to ${percent(high).replace("%", "")})`;
}

const claims: Readonly<Record<Perturbation, string>> = {
  dropped: "An answer that leaves half of the facts out is told from one that has them all",
  contradicted: "An answer with one false fact is told from the same without it",
  padded: "Half of the facts, padded to more than the length of all, is told from all",
  reordered: "The same facts in another order are a tie",
  restated: "The same facts in other words are a tie",
  copied: "The reference copied with one fact turned false is told from right facts in other words",
  unrelated: "Facts of another question are told from those that answer",
  injected: "Half of the facts with a request for full marks is told from all",
};

/** What the figures say: the best metric against the best baseline, and which metrics see what was constructed. */
export function metaFindings({
  metrics,
  constructed,
}: Pick<MetaEvaluateOutput, "metrics"> & { readonly constructed: boolean }): Finding[] {
  const settings = [...new Set(metrics.map(({ setting }) => setting))].slice(0, 13);
  return settings.flatMap((setting) => {
    const own = metrics.filter((one) => one.setting === setting);
    if (setting === "all") {
      return againstBaseline(own, "A metric agrees with the labels more often than the best baseline");
    }
    // Constructed settings are perturbations.
    if (constructed) return seenBy(own, claims[setting as Perturbation]);
    return againstBaseline(own, `The same in ${setting}`);
  });
}

function againstBaseline(metrics: readonly MetricFigures[], claim: string): Finding[] {
  const best = bestOf(metrics.filter(({ overBaseline }) => overBaseline !== null));
  if (best === undefined || best.overBaseline === null) return [];
  const { baseline, by, low, high } = best.overBaseline;
  const other = metrics.find(({ name }) => name === baseline);
  const bounds = low === null || high === null ? "" : ` (${points(low)} to ${points(high)})`;
  return [
    {
      claim,
      holds: low !== null && low > 0,
      text: `${labelOf(best.name)} is best with ${withBounds(best.accuracy, best.low, best.high)}, ${points(by)} points${bounds} over ${labelOf(baseline).toLowerCase()} with ${percent(other?.accuracy ?? 0)}.`,
    },
  ];
}

/** Which metrics are right more often than not about judgements whose labels are known. */
function seenBy(metrics: readonly MetricFigures[], claim: string): Finding[] {
  const own = metrics.filter(({ kind }) => kind !== "baseline" && kind !== "committee");
  const best = bestOf(own);
  if (best === undefined) return [];
  const seeing = own.filter(({ low }) => low !== null && low > 0.5);
  const blind = own.filter((one) => !seeing.includes(one));
  const listed = blind.map(({ name, accuracy }) => `${labelOf(name)} ${percent(accuracy)}`).join(", ");
  return [
    {
      claim,
      holds: seeing.length > 0,
      text: `By ${seeing.length === 0 ? "none" : seeing.length} of ${own.length} metrics; best is ${labelOf(best.name)} with ${withBounds(best.accuracy, best.low, best.high)}.${seeing.length > 0 && blind.length > 0 ? ` Not by ${listed}.` : ""}`,
    },
  ];
}

const bestOf = (metrics: readonly MetricFigures[]): MetricFigures | undefined =>
  metrics.reduce<MetricFigures | undefined>(
    (top, one) => (top === undefined || one.accuracy > top.accuracy ? one : top),
    undefined,
  );
