import type { Step } from "../execution/execute.ts";
import type { Summary } from "../execution/values.ts";
import {
  comparisonReading,
  differentialReading,
  kinaseReading,
  networkReading,
  screenReading,
  setsReading,
} from "../planner/readings.ts";
import { type Candidate, type Cited, citing, sentenceOf } from "./candidate.ts";

/** Most hypotheses of one kind and contrast. */
const most = { proteins: 2, sets: 2, survival: 3, kinases: 2 };

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

/** The main comparison: the first that was planned, or what a revision put in its place. */
function mainComparison(found: Found): Step | undefined {
  return doneBy(found, "differential").find(({ id }) => id.startsWith("differential"));
}

function proteins(found: Found): Candidate[] {
  const step = mainComparison(found);
  if (step === undefined) return [];
  const { contrasts, fdr } = differentialReading.parse(step.summary);
  const say = sentenceOf(found.results);
  const { field, percent } = citing(step.id);
  return contrasts.flatMap((contrast, at) =>
    contrast.top.slice(0, most.proteins).flatMap(({ protein, logFC, adjusted }, place): Candidate[] => {
      if (logFC === null || adjusted === null || adjusted >= fdr) return [];
      const base = `contrasts/${at}`;
      const of = (name: string) => field(`${base}/top/${place}/${name}`);
      const [who, level, reference] = [of("protein"), field(`${base}/level`), field(`${base}/reference`)];
      const [low, high] = [contrast.top[place]?.low, contrast.top[place]?.high];
      const figures: readonly Cited[] = [
        of("logFC"),
        percent("confidence"),
        of("low"),
        of("high"),
        of("adjusted"),
      ];
      const more = logFC > 0;
      const { text, evidence } = more
        ? say`${who} is more abundant in ${level} than in ${reference}, and may mark it: log2 fold change ${cited(figures, 0)} (${cited(figures, 1)} interval ${cited(figures, 2)} to ${cited(figures, 3)}), adjusted p ${cited(figures, 4)}.`
        : say`${who} is less abundant in ${level} than in ${reference}, and may be lost with it: log2 fold change ${cited(figures, 0)} (${cited(figures, 1)} interval ${cited(figures, 2)} to ${cited(figures, 3)}), adjusted p ${cited(figures, 4)}.`;
      const others = contrasts.flatMap((other) =>
        other === contrast
          ? []
          : other.top.filter((one) => one.protein === protein && (one.adjusted ?? 1) < fdr),
      );
      return [
        {
          rule: "protein that differs between groups",
          objective: step.objective,
          text,
          evidence,
          facts: {
            adjusted,
            fdr,
            estimate: logFC,
            said: more ? "up" : "down",
            intervalClear: typeof low === "number" && typeof high === "number" && low * high > 0,
            count: { name: "samples", value: Math.min(contrast.samples.level, contrast.samples.reference) },
            stays: staying(found, protein, contrast.name),
            ...(others.length > 0 && {
              agrees: others.every((one) => Math.sign(one.logFC ?? 0) === Math.sign(logFC)),
            }),
            proteins: [protein],
          },
        },
      ];
    }),
  );
}

/** A place that is there: templates and their places are written together. */
function cited(places: readonly Cited[], at: number): Cited {
  const place = places[at];
  if (place === undefined) throw new Error(`a template has no place ${at}`);
  return place;
}

/** Whether a protein is a hit of a contrast also where it was prepared otherwise. */
function staying(found: Found, protein: string, contrast: string): { choice: string; holds: boolean }[] {
  return doneBy(found, "compare-analyses").flatMap(({ summary }) => {
    const { choice, contrasts } = comparisonReading.parse(summary);
    const one = contrasts.find(({ name }) => name === contrast);
    return one === undefined ? [] : [{ choice, holds: one.robust.includes(protein) }];
  });
}

function sets(found: Found): Candidate[] {
  const taken = new Set<string>();
  return [...doneBy(found, "gsea"), ...doneBy(found, "over-representation")].flatMap((step) => {
    const { top, fdr, contrast } = setsReading.parse(step.summary);
    const samples = samplesOf(found, contrast);
    return top.slice(0, most.sets).flatMap(({ name, adjusted, nes }, at): Candidate[] => {
      const key = `${contrast} ${name}`;
      if (adjusted === null || adjusted >= fdr || taken.has(key)) return [];
      taken.add(key);
      const made = step.tool === "gsea" ? enrichedText(found, step, at, nes ?? 0) : overText(found, step, at);
      return [
        {
          rule:
            step.tool === "gsea" ? "set enriched along the ranked list" : "set over-represented among hits",
          objective: step.objective,
          ...made,
          facts: {
            adjusted,
            fdr,
            estimate: nes ?? 1,
            said: step.tool === "gsea" ? ((nes ?? 0) > 0 ? "up" : "down") : "none",
            count: { name: "samples", value: samples },
            stays: [],
            proteins: [],
          },
        },
      ];
    });
  });
}

function samplesOf(found: Found, name: string): number {
  const step = mainComparison(found);
  const contrasts = step === undefined ? [] : differentialReading.parse(step.summary).contrasts;
  const one = contrasts.find((contrast) => contrast.name === name);
  return one === undefined ? 0 : Math.min(one.samples.level, one.samples.reference);
}

function enrichedText(found: Found, step: Step, at: number, nes: number) {
  const say = sentenceOf(found.results);
  const { field } = citing(step.id);
  const of = (name: string) => field(`top/${at}/${name}`);
  const [level, reference, first] = [field("level"), field("reference"), of("leadingEdge/0")];
  return nes > 0
    ? say`The proteins of ${of("name")} go up together in ${level} against ${reference}, led by ${first}: normalised enrichment score ${of("nes")}, ${of("size")} members measured, adjusted p ${of("adjusted")}.`
    : say`The proteins of ${of("name")} go down together in ${level} against ${reference}, led by ${first}: normalised enrichment score ${of("nes")}, ${of("size")} members measured, adjusted p ${of("adjusted")}.`;
}

function overText(found: Found, step: Step, at: number) {
  const say = sentenceOf(found.results);
  const { field } = citing(step.id);
  const of = (name: string) => field(`top/${at}/${name}`);
  return say`${of("name")} is touched by what parts ${field("level")} from ${field("reference")}: ${of("overlap")} of its ${of("size")} measured members are hits, ${of("expected")} by chance, adjusted p ${of("adjusted")}.`;
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
