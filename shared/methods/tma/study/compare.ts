import { exceeds, pairedDifference } from "../../measured.ts";
import type { StudyOrder } from "./input.ts";
import type { Comparison } from "./output.ts";
import { subsetArm } from "./plan.ts";
import type { ArmFigures } from "./summarise.ts";

type Figures = ReadonlyMap<string, readonly ArmFigures[]>;
type Pair = Pick<Comparison, "measure" | "share" | "first" | "second">;
type Measure = Comparison["measure"];

/** Pairs of orders that claims are about, besides those with the random order. */
const pairs = [
  ["near", "far"],
  ["near", "near-tasks"],
] as const;

/** What a comparison is by, of a training. */
const figureOf: Readonly<Record<Measure, (figures: ArmFigures) => number | null>> = {
  early: ({ early }) => early,
  end: ({ end }) => end,
  subset: ({ end }) => end,
  "off-target-early": ({ offTargetEarly }) => offTargetEarly,
  "off-target-end": ({ offTargetEnd }) => offTargetEnd,
};

/**
 * Every order against the random one, and the near order against its opposites, by all measures; and the nearest subset
 * of each share against the random and the farthest. Both sides of a difference are of one seed: the same initial
 * weights, the same halves of the test items.
 */
export function compareArms(
  figures: Figures,
  orders: readonly StudyOrder[],
  shares: readonly number[],
): Comparison[] {
  const withRandom = orders.flatMap((name) => (name === "random" ? [] : [[name, "random"] as const]));
  const measures = (["early", "end", "off-target-early", "off-target-end"] as const).flatMap((measure) =>
    [...withRandom, ...pairs].map(([first, second]): Pair => ({ measure, share: null, first, second })),
  );
  const subsets = shares.flatMap((share) =>
    (["random", "farthest"] as const).map((other): Pair => {
      const [first, second] = [subsetArm("nearest", share), subsetArm(other, share)];
      return { measure: "subset", share, first, second };
    }),
  );
  return [...measures, ...subsets].flatMap((pair) => comparisonOf(pair, figures) ?? []);
}

function comparisonOf(pair: Pair, figures: Figures): Comparison | undefined {
  const [first, second] = [pair.first, pair.second].map((arm) =>
    (figures.get(arm) ?? []).flatMap((one) => figureOf[pair.measure](one) ?? []),
  );
  if (first === undefined || second === undefined) return undefined;
  if (first.length === 0 || second.length === 0) return undefined;
  const found = pairedDifference(first, second);
  const { by, spread = 0 } = found;
  return {
    ...pair,
    difference: { mean: by, sd: spread },
    lowerIn: first.filter((value, seed) => value < (second[seed] ?? Number.NaN)).length,
    seeds: first.length,
    verdict: exceeds({ ...found, by: -by }) ? "lower" : exceeds(found) ? "higher" : "not shown",
  };
}
