import type { Step } from "../execution/execute.ts";
import { mainComparison } from "../execution/main-comparison.ts";
import type { Summary } from "../execution/values.ts";
import {
  comparisonReading,
  differentialReading,
  kinaseReading,
  networkReading,
  sampleScoresReading,
  screenReading,
  setsReading,
} from "../planner/readings.ts";
import { type Candidate, type Cited, citing, sentenceOf } from "./candidate.ts";

/** Most hypotheses of one kind and contrast. */
const most = { proteins: 3, sets: 2, survival: 3, kinases: 2 };

interface Found {
  readonly steps: readonly Step[];
  readonly results: Readonly<Record<string, Summary>>;
}

/** The hypotheses that templates make of results below their false discovery rates; none where there are none. */
export function templated(found: Found): Candidate[] {
  return [proteins, sets, survival, networks, kinases].flatMap((rule) => rule(found));
}

const doneBy = ({ steps }: Found, tool: string): Step[] =>
  steps.filter((step) => step.tool === tool && step.status === "done");

interface Hit {
  readonly contrast: number;
  readonly place: number;
  readonly protein: string;
  readonly logFC: number;
  readonly adjusted: number;
}

/** The most significant proteins, each in the contrast where it is most significant, and one other where it is a hit. */
function proteins(found: Found): Candidate[] {
  const step = mainComparison(found.steps);
  if (step === undefined) return [];
  const { contrasts, fdr } = differentialReading.parse(step.summary);
  const hits = contrasts.flatMap(({ top }, contrast) =>
    top.flatMap(({ protein, logFC, adjusted }, place): Hit[] =>
      logFC === null || adjusted === null || adjusted >= fdr
        ? []
        : [{ contrast, place, protein, logFC, adjusted }],
    ),
  );
  const sorted = hits.toSorted((a, b) => a.adjusted - b.adjusted);
  const byProtein = [...Map.groupBy(sorted, ({ protein }) => protein).values()];
  return byProtein
    .slice(0, most.proteins * contrasts.length)
    .flatMap((own) => proteinCandidate(found, step, own));
}

function proteinCandidate(found: Found, step: Step, [hit, other]: readonly Hit[]): Candidate[] {
  const { contrasts, fdr } = differentialReading.parse(step.summary);
  const contrast = hit && contrasts[hit.contrast];
  const row = hit && contrast?.top[hit.place];
  if (hit === undefined || contrast === undefined || row === undefined) return [];
  const say = sentenceOf(found.results);
  const main = say`${placesOf(step, hit, "protein")} is ${hit.logFC > 0 ? "more" : "less"} abundant in ${placesOf(step, hit, "level")} than in ${placesOf(step, hit, "reference")}: log2 fold change ${placesOf(step, hit, "logFC")} (${citing(step.id).percent("confidence")} interval ${placesOf(step, hit, "low")} to ${placesOf(step, hit, "high")}), adjusted p ${placesOf(step, hit, "adjusted")}`;
  const more =
    other &&
    say`, and also in ${placesOf(step, other, "level")} against ${placesOf(step, other, "reference")} (${placesOf(step, other, "logFC")}, adjusted p ${placesOf(step, other, "adjusted")})`;
  const evidence = [...main.evidence, ...(more?.evidence ?? [])];
  return [
    {
      rule: "protein that differs between groups",
      objective: step.objective,
      text: `${main.text}${more?.text ?? ""}.`,
      evidence: [...new Map(evidence.map((one) => [`${one.step}/${one.path}`, one])).values()],
      facts: {
        adjusted: hit.adjusted,
        fdr,
        estimate: hit.logFC,
        said: hit.logFC > 0 ? "up" : "down",
        intervalClear: typeof row.low === "number" && typeof row.high === "number" && row.low * row.high > 0,
        count: { name: "samples", value: Math.min(contrast.samples.level, contrast.samples.reference) },
        stays: staying(found, hit.protein, contrast.name),
        ...(other && { agrees: Math.sign(other.logFC) === Math.sign(hit.logFC) }),
        proteins: [hit.protein],
      },
    },
  ];
}

/** A field of a hit, or of its contrast. */
function placesOf(step: Step, { contrast, place }: Hit, name: string): Cited {
  const { field } = citing(step.id);
  const ofContrast = name === "level" || name === "reference";
  return field(ofContrast ? `contrasts/${contrast}/${name}` : `contrasts/${contrast}/top/${place}/${name}`);
}

/** Whether a protein is a hit of a contrast also where it was prepared otherwise. */
function staying(found: Found, protein: string, contrast: string): { choice: string; holds: boolean }[] {
  return doneBy(found, "compare-analyses").flatMap(({ summary }) => {
    const { choice, contrasts } = comparisonReading.parse(summary);
    const one = contrasts.find(({ name }) => name === contrast);
    return one === undefined ? [] : [{ choice, holds: one.robust.includes(protein) }];
  });
}

/** Where a set's scores by sample differ in a contrast: the step, the path, and the difference. */
interface Confirmation {
  readonly step: string;
  readonly path: string;
  readonly difference: number;
}

/**
 * Enriched sets whose scores by sample differ too. Random sets of genes take genes for independent, so that a set whose
 * genes go together whatever the groups is enriched by chance far too often; its scores by sample vary as much as it does.
 */
function sets(found: Found): Candidate[] {
  const taken = new Set<string>();
  return [...doneBy(found, "gsea"), ...doneBy(found, "over-representation")].flatMap((step) => {
    const { top, fdr, contrast } = setsReading.parse(step.summary);
    const significant = top.flatMap((set, at) => {
      const confirmed = confirmationOf(found, contrast, set.name, fdr);
      const agrees = confirmed !== undefined && (set.nes ?? confirmed.difference) * confirmed.difference > 0;
      return set.adjusted !== null && set.adjusted < fdr && agrees ? [{ ...set, at, confirmed }] : [];
    });
    return significant.slice(0, most.sets).flatMap((set): Candidate[] => {
      const key = `${contrast} ${set.name}`;
      if (taken.has(key)) return [];
      taken.add(key);
      const { difference } = set.confirmed;
      const members = (step.tool === "gsea" ? set.leadingEdge : set.members) ?? [];
      return [
        {
          rule:
            step.tool === "gsea" ? "set enriched along the ranked list" : "set over-represented among hits",
          objective: step.objective,
          ...setText(found, step, set.at, set.confirmed),
          facts: {
            adjusted: set.adjusted ?? 1,
            fdr,
            estimate: set.nes ?? difference,
            said: difference > 0 ? "up" : "down",
            count: { name: "samples", value: samplesOf(found, contrast) },
            stays: [],
            agrees: true,
            proteins: members.slice(0, 1),
            ofSet: true,
          },
        },
      ];
    });
  });
}

function confirmationOf(found: Found, contrast: string, set: string, fdr: number): Confirmation | undefined {
  for (const step of doneBy(found, "sample-enrichment")) {
    const { contrasts } = sampleScoresReading.parse(step.summary);
    const at = contrasts.findIndex(({ name }) => name === contrast);
    const place = contrasts[at]?.top.findIndex(({ name }) => name === set) ?? -1;
    const row = contrasts[at]?.top[place];
    if (row === undefined || row.difference === null || (row.adjusted ?? 1) >= fdr) continue;
    return { step: step.id, path: `contrasts/${at}/top/${place}`, difference: row.difference };
  }
  return undefined;
}

function samplesOf(found: Found, name: string): number {
  const step = mainComparison(found.steps);
  const contrasts = step === undefined ? [] : differentialReading.parse(step.summary).contrasts;
  const one = contrasts.find((contrast) => contrast.name === name);
  return one === undefined ? 0 : Math.min(one.samples.level, one.samples.reference);
}

function setText(found: Found, step: Step, at: number, { step: scores, path, difference }: Confirmation) {
  const say = sentenceOf(found.results);
  const { field } = citing(step.id);
  const of = (name: string) => field(`top/${at}/${name}`);
  const [level, reference, confirmed] = [
    field("level"),
    field("reference"),
    citing(scores).field(`${path}/adjusted`),
  ];
  const way = difference > 0 ? "up" : "down";
  return step.tool === "gsea"
    ? say`The proteins of ${of("name")} go ${way} together in ${level} against ${reference}, led by ${of("leadingEdge/0")}: normalised enrichment score ${of("nes")}, ${of("size")} members measured, adjusted p ${of("adjusted")}; scores by sample differ too (adjusted p ${confirmed}).`
    : say`${of("name")} goes ${way} in ${level} against ${reference}: ${of("overlap")} of its ${of("size")} measured members are hits, ${of("members/0")} among them, ${of("expected")} by chance, adjusted p ${of("adjusted")}; scores by sample differ too (adjusted p ${confirmed}).`;
}

function survival(found: Found): Candidate[] {
  const say = sentenceOf(found.results);
  return doneBy(found, "survival-screen").flatMap((step) => {
    const { top, fdr } = screenReading.parse(step.summary);
    const { field, percent } = citing(step.id);
    const hits = top.filter(({ adjusted, doubtful }) => (adjusted ?? 1) < fdr && !doubtful);
    return hits.slice(0, most.survival).flatMap((hit): Candidate[] => {
      const { hazardRatio, adjusted } = hit;
      if (hazardRatio === null || adjusted === null) return [];
      const of = (name: string) => field(`top/${top.indexOf(hit)}/${name}`);
      const [low, high] = [hit.low, hit.high];
      const made =
        hazardRatio > 1
          ? say`More ${of("protein")} goes with shorter survival: hazard ratio ${of("hazardRatio")} for each doubling (${percent("confidence")} interval ${of("low")} to ${of("high")}), ${of("events")} events in ${of("subjects")} subjects, adjusted p ${of("adjusted")}.`
          : say`More ${of("protein")} goes with longer survival: hazard ratio ${of("hazardRatio")} for each doubling (${percent("confidence")} interval ${of("low")} to ${of("high")}), ${of("events")} events in ${of("subjects")} subjects, adjusted p ${of("adjusted")}.`;
      return [
        {
          rule: "protein that goes with survival",
          objective: step.objective,
          ...made,
          facts: {
            adjusted,
            fdr,
            estimate: Math.log(hazardRatio),
            said: hazardRatio > 1 ? "up" : "down",
            intervalClear: typeof low === "number" && typeof high === "number" && (low > 1 || high < 1),
            count: { name: "events", value: hit.events },
            stays: [],
            proteins: [hit.protein],
          },
        },
      ];
    });
  });
}

function networks(found: Found): Candidate[] {
  const say = sentenceOf(found.results);
  return doneBy(found, "network").flatMap((step): Candidate[] => {
    const { p, contrast, communities } = networkReading.parse(step.summary);
    if (p === null || p >= 0.05 || (communities[0]?.members.length ?? 0) < 3) return [];
    const { field } = citing(step.id);
    const member = (at: number) => field(`communities/0/members/${at}`);
    const made = say`The hits of ${field("contrast")} work together: ${field("edges")} edges of the network lie among ${field("hits")} of them, ${field("expected")} among as many others of like degree (p ${field("p")}); the largest community holds ${member(0)}, ${member(1)} and ${member(2)}.`;
    return [
      {
        rule: "hits connected in the network",
        objective: step.objective,
        ...made,
        facts: {
          adjusted: p,
          fdr: 0.05,
          estimate: 1,
          said: "none",
          count: { name: "samples", value: samplesOf(found, contrast) },
          stays: [],
          proteins: communities[0]?.members.slice(0, 3) ?? [],
        },
      },
    ];
  });
}

function kinases(found: Found): Candidate[] {
  const say = sentenceOf(found.results);
  return doneBy(found, "kinase-activity").flatMap((step) => {
    const { top, fdr, contrast } = kinaseReading.parse(step.summary);
    const { field } = citing(step.id);
    return top.slice(0, most.kinases).flatMap(({ adjusted, z, name }, at): Candidate[] => {
      if (adjusted === null || z === null || adjusted >= fdr) return [];
      const of = (field_: string) => field(`top/${at}/${field_}`);
      const made =
        z > 0
          ? say`${of("name")} is more active in ${field("level")} than in ${field("reference")}: z ${of("z")} over ${of("substrates")} substrates, adjusted p ${of("adjusted")}.`
          : say`${of("name")} is less active in ${field("level")} than in ${field("reference")}: z ${of("z")} over ${of("substrates")} substrates, adjusted p ${of("adjusted")}.`;
      return [
        {
          rule: "kinase whose substrates change",
          objective: step.objective,
          ...made,
          facts: {
            adjusted,
            fdr,
            estimate: z,
            said: z > 0 ? "up" : "down",
            count: { name: "samples", value: samplesOf(found, contrast) },
            stays: [],
            proteins: [name],
          },
        },
      ];
    });
  });
}
