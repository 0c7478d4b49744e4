import * as z from "zod";
import { counted, listed } from "../note.ts";
import type { PlannedStep, Revision, SeenStep } from "./port.ts";
import type { Profile } from "./profile.ts";
import { differentialReading, modelReading, screenReading } from "./readings.ts";

type Rule = (profile: Profile, steps: readonly SeenStep[], last: SeenStep) => Revision | undefined;

/** The first rule that has something to change after a step. */
export function reviseByRules(
  profile: Profile,
  steps: readonly SeenStep[],
  last: SeenStep,
): Revision | undefined {
  for (const rule of [nothingMissing, notDetermined, noHits, hitsOfSurvival, notProportional]) {
    const revision = rule(profile, steps, last);
    if (revision !== undefined) return revision;
  }
  return undefined;
}

/** Without missing values there is nothing to put in. */
const nothingMissing: Rule = (_, steps, last) => {
  if (last.tool !== "drop-sparse" || last.summary?.missingShare !== 0) return undefined;
  const filled = steps.filter(({ tool, status }) => tool === "impute" && status === "waiting");
  const gone = new Set(filled.map(({ id }) => id));
  for (const { id, from } of steps) if (from.some((one) => gone.has(one))) gone.add(id);
  if (gone.size === 0) return undefined;
  return {
    rule: "nothing is missing: no imputation",
    reason: "No value of the kept proteins is missing: there is nothing to put in.",
    add: [],
    drop: [...gone],
  };
};

const comparison = z.looseObject({ covariates: z.array(z.string()), paired: z.boolean() });

/** A model that cannot tell groups from covariates or subjects goes on without them. */
const notDetermined: Rule = (_, steps, last) => {
  if (last.tool !== "differential" || last.status !== "failed") return undefined;
  const args = comparison.safeParse(last.args).data;
  if (args === undefined || (args.covariates.length === 0 && !args.paired)) return undefined;
  const id = freeId(steps, `${last.id}-simpler`);
  const gone = args.covariates.length > 0 ? `covariates (${args.covariates.join(", ")})` : "pairing";
  const simpler = args.covariates.length > 0 ? { covariates: [] } : { paired: false };
  return {
    rule: "model not determined: without covariates, then without pairing",
    reason: `The model cannot be fitted: ${last.said} It goes on without ${gone}; differences between groups may be theirs.`,
    add: [{ ...planned(last), id, args: { ...last.args, ...simpler } }],
    drop: [],
    redirect: { from: last.id, to: id },
  };
};

/** A contrast without hits has nothing to be over-represented: its ranked list is looked at instead. */
const noHits: Rule = (_, steps, last) => {
  if (last.tool !== "differential" || last.status !== "done") return undefined;
  const { contrasts } = differentialReading.parse(last.summary);
  const without = contrasts.filter(({ hits }) => hits === 0).map(({ name }) => name);
  const ofContrast = (step: SeenStep) =>
    step.status === "waiting" && step.from.includes(last.id) && without.includes(contrastOf(step) ?? "");
  const drop = steps.filter(
    (step) => ["over-representation", "network"].includes(step.tool) && ofContrast(step),
  );
  if (drop.length === 0) return undefined;
  const ranked = new Set(steps.filter(({ tool }) => tool === "gsea").map(contrastOf));
  const sets = drop.filter((step) => step.tool === "over-representation" && !ranked.has(contrastOf(step)));
  const add = sets.map((step) => ({
    ...planned(step),
    id: freeId(steps, step.id.replace("over-representation", "gsea")),
    tool: "gsea",
    why: "No protein alone is a hit; many small changes may still go together.",
  }));
  return {
    rule: "no hit: enrichment along the ranked list",
    reason: `No protein is a hit in ${listed(without)}: nothing can be over-represented or connected among hits${add.length > 0 ? ", so the ranked list is looked at" : ""}.`,
    add,
    drop: drop.map(({ id }) => id),
  };
};

/** Proteins that go with survival one by one are taken on together, as many as the events carry. */
const hitsOfSurvival: Rule = (_, steps, last) => {
  if (last.tool !== "survival-screen" || last.status !== "done") return undefined;
  const { hits, top, fdr } = screenReading.parse(last.summary);
  if (hits === 0) return undefined;
  const found = top.filter(({ adjusted, doubtful }) => (adjusted ?? 1) < fdr && !doubtful);
  const events = Math.min(...found.map((one) => one.events));
  const most = Math.max(1, Math.min(5, Math.floor(events / 10)));
  const proteins = found.slice(0, most).map(({ protein }) => protein);
  const step = (id: string, tool: string, args: object, why: string): PlannedStep => ({
    ...planned(last),
    id: freeId(steps, id),
    tool,
    args,
    why,
  });
  const curves = proteins
    .slice(0, 2)
    .map((protein, at) =>
      step(
        `survival-curves-${at + 1}`,
        "survival-curves",
        { by: protein },
        "The survival of both halves, to be seen.",
      ),
    );
  return {
    rule: "hits of survival: one model of them, and curves",
    reason: `${counted(hits, "protein")} ${hits === 1 ? "goes" : "go"} with survival; with ${events} events a model carries ${counted(most, "protein")}: ${listed(proteins)}.`,
    add: [
      step(
        "survival-model",
        "survival-model",
        { proteins },
        "Whether each still goes with survival beside the others, and at a constant rate.",
      ),
      ...curves,
    ],
    drop: [],
  };
};

const survivalArgs = z.looseObject({ proteins: z.array(z.string()), strata: z.string().optional() });

/** A term whose effect changes along time parts the baseline instead of having one hazard ratio. */
const notProportional: Rule = (_, steps, last) => {
  if (last.tool !== "survival-model" || last.status !== "done") return undefined;
  const args = survivalArgs.parse(last.args);
  const { violated, terms } = modelReading.parse(last.summary);
  if (args.strata !== undefined || violated.length === 0 || terms.length < 2) return undefined;
  const [worst] = terms
    .filter(({ covariate }) => violated.includes(covariate))
    .sort((a, b) => (a.proportionalP ?? 1) - (b.proportionalP ?? 1));
  if (worst === undefined) return undefined;
  return {
    rule: "proportional hazards contradicted: stratify",
    reason: `The hazard ratio of ${worst.covariate} changes along time: the model is fitted again with a baseline for each of its levels.`,
    add: [
      {
        ...planned(last),
        id: freeId(steps, `${last.id}-stratified`),
        args: { ...last.args, strata: worst.covariate },
        why: "The other terms, when the term that is not proportional has a baseline of its own.",
      },
    ],
    drop: [],
  };
};

const contrastOf = ({ args }: PlannedStep): string | undefined =>
  z.looseObject({ contrast: z.string() }).safeParse(args).data?.contrast;

const planned = ({ id, tool, from, args, objective, why }: PlannedStep): PlannedStep => ({
  id,
  tool,
  from,
  args,
  objective,
  why,
});

function freeId(steps: readonly PlannedStep[], wanted: string): string {
  const taken = new Set(steps.map(({ id }) => id));
  for (let at = 1; ; at++) {
    const id = at === 1 ? wanted : `${wanted}-${at}`;
    if (!taken.has(id)) return id;
  }
}
