import type { Input } from "./input.ts";
import type { Profile } from "./planner/profile.ts";

/** What a run left out, and why: so that silence is not taken for an answer. */
export function notAssessedOf(profile: Profile, input: Input, refused: readonly string[]): string[] {
  const left = profile.covariates.filter(({ chosen }) => !chosen).map(({ name }) => name);
  const events = profile.survival?.events ?? 0;
  return [
    "Agreement with literature: no source of literature was given, and none is asked.",
    ...(profile.contrasts.length === 0
      ? ["Differences between groups: the sample sheet has no two groups."]
      : profile.smallestGroup < 3
        ? [
            "Significance: a group has fewer than three samples, so that differences are described and not tested.",
          ]
        : []),
    ...(profile.geneSets === null
      ? ["Enrichment of processes: no gene sets were given, and none come with Tenfold."]
      : []),
    ...(profile.edges === 0 ? ["Networks: no list of edges was given."] : []),
    ...(profile.survival === null
      ? ["Survival: the sample sheet has no columns of time and event."]
      : events < 10
        ? [`Survival: ${events} events are too few to test proteins against.`]
        : []),
    ...(profile.modality === "phosphorylation sites" && profile.kinases === 0
      ? ["Activity of kinases: the table looks like one of sites, and no substrates of kinases were given."]
      : []),
    ...(left.length > 0
      ? [
          `The covariates ${left.join(", ")} of the sheet are not held constant: they were not asked for, and none looks like a batch.`,
        ]
      : []),
    ...(input.negativeControl === 0
      ? ["A negative control: no permutations of the labels were asked for (`negativeControl`)."]
      : []),
    "Whether the samples are fit to answer the question, and whether they were assigned at random: only their tables are seen.",
    ...refused,
  ];
}
