import type { Score, Scores } from "../output.ts";
import type { World } from "../registry/tool.ts";
import type { Candidate, Facts } from "./candidate.ts";

/** What rules score a hypothesis against beside its own facts. */
export interface Known {
  readonly world: Pick<World, "geneSets" | "edges">;
  /** Share of permuted labels that claim a protein; null where none were permuted. */
  readonly controlShare: number | null;
}

type Check = Score["checks"][number];

/** Below these a result rests on few. */
const enough = { samples: 5, events: 20 } as const;

/** Scores by rules: of each, the share of stated checks that hold. Rules have read no literature. */
export function scoreByRules({ facts }: Candidate, known: Known): Scores {
  return {
    reliability: shareOf("the share of checks of its statistics that hold", reliability(facts, known)),
    logicalCoherence: shareOf("the share of checks that its parts agree that hold", coherence(facts)),
    literatureAlignment: notAssessed("no source of literature was given"),
    novelty: novelty(facts, known),
    evaluability: shareOf(
      "the share of checks that another study could refute it that hold",
      evaluability(facts),
    ),
  };
}

function reliability({ adjusted, fdr, count, stays }: Facts, { controlShare }: Known): Check[] {
  return [
    { check: `the adjusted p is below the rate asked for (${fdr})`, holds: adjusted < fdr },
    { check: "it is below a tenth of that", holds: adjusted < fdr / 10 },
    {
      check: `at least ${enough[count.name]} ${count.name}${count.name === "samples" ? " in each group" : ""}`,
      holds: count.value >= enough[count.name],
    },
    ...stays.map(({ choice, holds }) => ({ check: `a hit with ${choice} and without`, holds })),
    ...(controlShare === null
      ? []
      : [
          {
            check: "permuted labels claim a protein in a tenth of the permutations at most",
            holds: controlShare <= 0.1,
          },
        ]),
  ];
}

function coherence({ estimate, said, intervalClear, agrees }: Facts): Check[] {
  return [
    {
      check: "the direction in words is that of the estimate",
      holds: said === "none" || (said === "up" ? estimate > 0 : estimate < 0),
    },
    ...(intervalClear === undefined
      ? []
      : [{ check: "the interval leaves no effect out", holds: intervalClear }]),
    ...(agrees === undefined
      ? []
      : [
          {
            check: "the same thing seen otherwise (another contrast, scores by sample) has the same sign",
            holds: agrees,
          },
        ]),
  ];
}

function novelty({ proteins, ofSet = false }: Facts, { world: { geneSets, edges } }: Known): Score {
  if (ofSet) return notAssessed("it speaks of a set that was given, whose members are known to belong there");
  const checks: Check[] = [];
  if (geneSets.length > 0) {
    const known = new Set(geneSets.flatMap(({ members }) => members));
    checks.push({
      check: "a protein of it is in none of the sets that were given",
      holds: proteins.some((one) => !known.has(one)),
    });
  }
  if (edges.length > 0) {
    const known = new Set(edges.flatMap(({ a, b }) => [a, b]));
    checks.push({
      check: "a protein of it is not in the network that was given",
      holds: proteins.some((one) => !known.has(one)),
    });
  }
  return checks.length === 0
    ? notAssessed("neither sets nor a network were given to hold it against")
    : shareOf(
        "the share of checks against the sets and the network that were given; no literature was read",
        checks,
      );
}

function evaluability({ said, intervalClear, proteins }: Facts): Check[] {
  return [
    { check: "it names a protein that an assay can target", holds: proteins.length > 0 },
    { check: "it states a direction", holds: said !== "none" },
    { check: "it gives the size of the effect with an interval", holds: intervalClear !== undefined },
  ];
}

function shareOf(basis: string, checks: readonly Check[]): Score {
  const value = checks.filter(({ holds }) => holds).length / checks.length;
  return {
    status: "assessed",
    value,
    spread: null,
    samples: 1,
    basis: `Rules: ${basis}.`,
    checks: [...checks],
    quotes: [],
  };
}

/** A score that nothing speaks for or against. */
export const notAssessed = (why: string): Score => ({
  status: "not assessed",
  value: null,
  spread: null,
  samples: 0,
  basis: `Not assessed: ${why}.`,
  checks: [],
  quotes: [],
});
