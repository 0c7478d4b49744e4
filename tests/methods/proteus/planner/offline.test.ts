import { describe, expect, test } from "vitest";
import { problemsOf } from "../../../../shared/methods/proteus/execution/workflow.ts";
import { input } from "../../../../shared/methods/proteus/input.ts";
import { planByRules } from "../../../../shared/methods/proteus/planner/offline.ts";
import type { SeenStep } from "../../../../shared/methods/proteus/planner/port.ts";
import type { Profile } from "../../../../shared/methods/proteus/planner/profile.ts";
import { reviseByRules } from "../../../../shared/methods/proteus/planner/rules.ts";

const profile: Profile = {
  modality: "proteins",
  scale: "intensity",
  rows: 1000,
  samples: 20,
  missingShare: 0.1,
  groups: [
    { name: "a", samples: 10 },
    { name: "b", samples: 10 },
  ],
  smallestGroup: 10,
  contrasts: [{ level: "b", reference: "a" }],
  covariates: [{ name: "batch", kind: "factor", levels: 2, chosen: true }],
  pairing: { column: "patient", subjects: 10 },
  survival: { time: "time", event: "event", subjects: 20, events: 12 },
  geneSets: { sets: 50, measuredGenes: 400 },
  edges: 300,
  kinases: 10,
};
const wishes = input.parse({ negativeControl: 10 });
const toolsOf = (given: Partial<Profile>) =>
  planByRules({ ...profile, ...given }, wishes).steps.map(({ tool }) => tool);

describe("planning by rules", () => {
  test("every plan can run: tools are there, arguments fit, inputs are of their kinds", () => {
    const variants: Partial<Profile>[] = [
      {},
      { scale: "log" },
      { smallestGroup: 2 },
      { contrasts: [], groups: [], smallestGroup: 0 },
      { geneSets: null, edges: 0, kinases: 0, survival: null, pairing: null },
      { missingShare: 0, samples: 4 },
    ];
    for (const variant of variants)
      for (const normalisation of ["median", "none"] as const)
        expect(
          problemsOf(planByRules({ ...profile, ...variant }, { ...wishes, normalisation }).steps),
        ).toEqual([]);
  });

  test("all that the profile allows is looked at, and nothing else", () => {
    expect(new Set(toolsOf({}))).toEqual(
      new Set([
        ...["drop-flagged", "transform", "drop-sparse", "normalise", "quality", "components", "sample-tree"],
        ...["differential", "compare-analyses", "impute", "over-representation", "gsea", "sample-enrichment"],
        ...[
          "kinase-activity",
          "survival-screen",
          "survival-curves",
          "network",
          "modules",
          "label-permutations",
        ],
      ]),
    );
    expect(toolsOf({ scale: "log" })).not.toContain("transform");
    expect(toolsOf({ geneSets: null })).not.toContain("gsea");
    expect(toolsOf({ survival: { time: "t", event: "e", subjects: 20, events: 9 } })).not.toContain(
      "survival-screen",
    );
  });

  test("a group of two is described, not tested", () => {
    const tools = toolsOf({ smallestGroup: 2 });
    expect(tools).toContain("describe");
    for (const tool of ["differential", "over-representation", "gsea", "network", "label-permutations"])
      expect(tools).not.toContain(tool);
  });
});

const seen = (given: Partial<SeenStep>): SeenStep => ({
  id: "s",
  tool: "survival-model",
  from: ["prepared"],
  args: {},
  objective: "survival",
  why: "",
  status: "done",
  said: "",
  ...given,
});

describe("revisions by rules", () => {
  const term = (name: string, proportionalP: number) => ({
    term: name,
    covariate: name,
    hazardRatio: 2,
    p: 0.001,
    proportionalP,
  });

  test("where proportional hazards are contradicted the worst term becomes strata, once", () => {
    const args = { proteins: ["A", "B"] };
    const summary = { strata: null, violated: ["A", "B"], terms: [term("A", 0.04), term("B", 0.001)] };
    const last = seen({ args, summary });
    const revision = reviseByRules(profile, [last], last);
    expect(revision?.add).toMatchObject([
      { id: "s-stratified", tool: "survival-model", args: { strata: "B" } },
    ]);
    const again = seen({ args: { ...args, strata: "B" }, summary });
    expect(reviseByRules(profile, [again], again)).toBeUndefined();
    const fine = seen({ args, summary: { ...summary, violated: [] } });
    expect(reviseByRules(profile, [fine], fine)).toBeUndefined();
  });

  test("proteins of survival go into one model, one for each ten events", () => {
    const hit = (protein: string, adjusted: number, events = 34) => ({
      protein,
      adjusted,
      hazardRatio: 2,
      events,
      subjects: 60,
      doubtful: false,
    });
    const top = [hit("A", 0.001), hit("B", 0.01), hit("C", 0.02), hit("D", 0.03), hit("E", 0.2)];
    const last = seen({ tool: "survival-screen", summary: { hits: 4, fdr: 0.05, top } });
    const revision = reviseByRules(profile, [last], last);
    expect(revision?.add[0]).toMatchObject({ tool: "survival-model", args: { proteins: ["A", "B", "C"] } });
    expect(revision?.add.slice(1).map(({ args }) => args)).toEqual([{ by: "A" }, { by: "B" }]);
  });

  test("a model that fails goes on without covariates, then without pairing, then not at all", () => {
    const args = { contrasts: profile.contrasts, covariates: ["batch"], paired: true };
    const failed = (given: object): SeenStep =>
      seen({ id: "differential", tool: "differential", status: "failed", args: given });
    const first = failed(args);
    expect(reviseByRules(profile, [first], first)).toMatchObject({
      add: [{ args: { covariates: [], paired: true } }],
      redirect: { from: "differential" },
    });
    const second = failed({ ...args, covariates: [] });
    expect(reviseByRules(profile, [second], second)?.add[0]?.args).toMatchObject({ paired: false });
    const third = failed({ ...args, covariates: [], paired: false });
    expect(reviseByRules(profile, [third], third)).toBeUndefined();
  });
});
