import { formatFixed } from "../../../report/format.ts";
import type { Finding } from "../../finding.ts";
import { loss } from "../../loss-words.ts";
import { labelOf } from "../labels.ts";
import { studyOrders } from "./input.ts";
import type { Comparison, StudyOutput } from "./output.ts";
import { percentOf } from "./plan.ts";

type Known = Pick<StudyOutput, "comparisons">;
type Measure = Comparison["measure"];

/** The paper's three claims and what else a study was set up to see, each by a paired difference. */
export function studyFindings(known: Known): Finding[] {
  const find = (measure: Measure, first: string, second: string) =>
    known.comparisons.find((one) => one.measure === measure && one.first === first && one.second === second);
  const lower = (claim: string, comparison: Comparison | undefined): Finding[] =>
    comparison === undefined
      ? []
      : [{ claim, holds: comparison.verdict === "lower", text: sentence(comparison, "lower") }];
  const subsets = known.comparisons.filter(({ measure }) => measure === "subset");
  return [
    ...(["random", "far"] as const).flatMap((other) =>
      lower(
        `Early speed: over the first tenth of the epoch the near order has a lower loss than ${aOf(other)}`,
        find("early", "near", other),
      ),
    ),
    ...(["random", "far"] as const).flatMap((other) =>
      lower(
        `Order alone: at the end of the epoch, on the same data, the near order has a lower loss than ${aOf(other)}`,
        find("end", "near", other),
      ),
    ),
    ...subsets.flatMap((comparison) =>
      lower(
        `Subset: the nearest ${percentOf(comparison.share ?? Number.NaN)} teach more in as many steps than ${otherOf(comparison)}`,
        comparison,
      ),
    ),
    ...lower(
      "Fine against coarse: sorting items is faster in the first tenth than sorting whole tasks",
      find("early", "near", "near-tasks"),
    ),
    ...worse(find("off-target-early", "near", "random"), "over the first tenth"),
    ...worse(find("off-target-end", "near", "random"), "at the end"),
  ];
}

const aOf = (order: "random" | "far") => (order === "random" ? "a random order" : "the far order");
const otherOf = ({ second }: Comparison) =>
  `${second.startsWith("random") ? "as many at random" : "the farthest as many"}`;

function worse(comparison: Comparison | undefined, when: string): Finding[] {
  if (comparison === undefined) return [];
  return [
    {
      claim: `Off the target, ${when}, the near order is worse than a random one`,
      holds: comparison.verdict === "higher",
      text: sentence(comparison, "higher"),
    },
  ];
}

/** `Near first − Random: −0.231 ± 0.040 nats per token, below 0 in 5 of 5 seeds.` and what that means for the claim. */
function sentence(comparison: Comparison, claimed: Comparison["verdict"]): string {
  const { difference: by, lowerIn, seeds, verdict } = comparison;
  const [first, second] = [comparison.first, comparison.second].map(armLabel);
  const figure = seeds > 1 ? `${signed(by.mean)} ± ${loss(by.sd)}` : signed(by.mean);
  const of = seeds > 1 ? `, below 0 in ${lowerIn} of ${seeds} seeds` : "";
  return `${first} − ${second}: ${figure} nats per token${of}. ${meaning(verdict, claimed, seeds)}`;
}

function meaning(verdict: Comparison["verdict"], claimed: Comparison["verdict"], seeds: number): string {
  if (seeds === 1) return "One seed: the spread is not known.";
  if (verdict === "not shown") return "Within the spread of the seeds: this run does not show a difference.";
  return verdict === claimed
    ? "Beyond the spread of the seeds."
    : "The opposite shows, beyond the spread of the seeds.";
}

/** A difference of losses with its sign. */
export const signed = (value: number): string => (value > 0 ? `+${loss(value)}` : formatFixed(value, 3));

/** An order or a subset for a reader. */
export function armLabel(arm: string): string {
  const order = studyOrders.find((name) => name === arm);
  return order === undefined ? arm.charAt(0).toUpperCase() + arm.slice(1) : labelOf(order);
}
