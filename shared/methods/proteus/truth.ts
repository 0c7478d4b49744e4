import type { Step } from "./execution/execute.ts";
import { mainComparison } from "./execution/main-comparison.ts";
import type { Truth } from "./generate.ts";
import type { TruthComparison } from "./output.ts";
import { setsReading } from "./planner/readings.ts";

/** What the analysis of a generated study found of what it was made of. */
export function compareWithTruth(steps: readonly Step[], truth: Truth): TruthComparison {
  const directionOf = new Map(truth.spiked.map(({ protein, high }) => [protein, Math.sign(high)]));
  const claims = hitsOf(steps);
  const claimed = new Set(claims.map(({ protein }) => protein));
  const found = [...claimed].filter((protein) => directionOf.has(protein)).length;
  const hazards = new Set(truth.hazards.map(({ protein }) => protein));
  const survivors = survivalHits(steps);
  const enriched = setHits(steps);
  return {
    spiked: truth.spiked.length,
    found,
    claimed: claimed.size,
    falseClaims: claimed.size - found,
    falseShare: claimed.size === 0 ? null : (claimed.size - found) / claimed.size,
    wrongDirection: claims.filter(({ protein, sign }) => (directionOf.get(protein) ?? sign) !== sign).length,
    hazards: truth.hazards
      .filter(({ logHazardRatio }) => logHazardRatio !== 0)
      .map(({ protein }) => ({ protein, found: survivors.has(protein) })),
    falseHazards: [...survivors].filter((protein) => !hazards.has(protein)).length,
    enrichedSets: truth.enrichedSets.map(({ name }) => ({ name, found: enriched.has(name) })),
  };
}

/** Proteins below the rate in the main comparison, by their ids in the table. */
function hitsOf(steps: readonly Step[]): { readonly protein: string; readonly sign: number }[] {
  const main = mainComparison(steps)?.value;
  if (main?.kind !== "differential") return [];
  const { differential, fdr } = main;
  return differential.contrasts.flatMap(({ adjusted, logFC }) =>
    differential.proteins.flatMap((protein, row) =>
      (adjusted[row] ?? 1) < fdr ? [{ protein, sign: Math.sign(logFC[row] ?? 0) }] : [],
    ),
  );
}

function survivalHits(steps: readonly Step[]): Set<string> {
  return new Set(
    steps.flatMap(({ value }) => {
      if (value?.kind !== "survivalScreen") return [];
      const { table, summary } = value;
      const fdr = typeof summary.fdr === "number" ? summary.fdr : 0;
      return table.proteins.filter((_, row) => (table.adjusted[row] ?? 1) < fdr && table.doubtful[row] === 0);
    }),
  );
}

function setHits(steps: readonly Step[]): Set<string> {
  return new Set(
    steps
      .filter(({ tool, status }) => status === "done" && (tool === "gsea" || tool === "over-representation"))
      .flatMap(({ summary }) => {
        const { top, fdr } = setsReading.parse(summary);
        return top.flatMap(({ name, adjusted }) => ((adjusted ?? 1) < fdr ? [name] : []));
      }),
  );
}
