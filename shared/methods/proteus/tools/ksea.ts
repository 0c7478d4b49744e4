import { normalTwoSided } from "../../../statistics/distributions/normal.ts";
import { benjaminiHochberg } from "../../../statistics/false-discovery.ts";
import { deviation, meanOf } from "../spread.ts";
import type { GeneSet } from "./gene-sets.ts";

/** The log fold change of each phosphorylation site. */
export interface SiteChanges {
  readonly sites: readonly string[];
  readonly logFC: ArrayLike<number>;
}

export interface KinaseActivity {
  readonly kinase: string;
  /** Its substrates that were measured, and their mean log fold change. */
  readonly substrates: readonly string[];
  readonly mean: number;
  /** (mean of the substrates - mean of all sites) sqrt m / standard deviation of all sites. */
  readonly z: number;
  /** Of both sides of the normal distribution. */
  readonly p: number;
  /** Benjamini and Hochberg's over all kinases. */
  readonly adjusted: number;
}

/** A kinase's substrates' mean against that of all sites: `mean` and `sd` are of all, m of its substrates. */
export const kinaseZ = (substrates: { mean: number; m: number }, all: { mean: number; sd: number }): number =>
  ((substrates.mean - all.mean) * Math.sqrt(substrates.m)) / all.sd;

/**
 * Kinase-substrate enrichment (Casado et al. 2013): the z score of each kinase with at least `fewest` substrates
 * measured. Sites without a fold change (NaN) are left out. Throws a RangeError where a site comes twice, or
 * fewer than two have a fold change.
 */
export function kinaseActivities(
  { sites, logFC }: SiteChanges,
  kinases: readonly GeneSet[],
  fewest: number,
): KinaseActivity[] {
  const changes = new Map<string, number>();
  for (const [at, site] of sites.entries()) {
    if (changes.has(site)) throw new RangeError(`site "${site}" is there twice`);
    changes.set(site, logFC[at] ?? Number.NaN);
  }
  const seen = [...changes.values()].filter((change) => !Number.isNaN(change));
  if (seen.length < 2)
    throw new RangeError(`${seen.length} sites have a fold change: their spread is unknown`);
  const all = { mean: meanOf(seen), sd: deviation(seen) };
  const scored = kinases.flatMap(({ name, members }) => {
    const substrates = [...new Set(members)].filter((site) => !Number.isNaN(changes.get(site) ?? Number.NaN));
    if (substrates.length < Math.max(1, fewest)) return [];
    const mean = meanOf(substrates.map((site) => changes.get(site) ?? Number.NaN));
    const z = kinaseZ({ mean, m: substrates.length }, all);
    return [{ kinase: name, substrates, mean, z, p: normalTwoSided(z) }];
  });
  const adjusted = benjaminiHochberg(scored.map(({ p }) => p));
  return scored.map((kinase, at) => ({ ...kinase, adjusted: adjusted[at] ?? Number.NaN }));
}
