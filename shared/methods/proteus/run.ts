import * as z from "zod";
import { checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { execute, type Results, type Step } from "./execution/execute.ts";
import { hashOfStudy } from "./execution/hash.ts";
import type { StepValue } from "./execution/values.ts";
import { hypothesiseByModel } from "./hypotheses/chat.ts";
import { controlShareOf, hypothesiseByRules, resultsOf } from "./hypotheses/hypothesise.ts";
import type { Input } from "./input.ts";
import { genesOf, namesOf } from "./names.ts";
import { notAssessedOf } from "./not-assessed.ts";
import { noteOf } from "./note.ts";
import type { Output, StepRecord } from "./output.ts";
import { chatPlanner } from "./planner/chat.ts";
import { meteredModel } from "./planner/metered.ts";
import { offlinePlanner } from "./planner/offline.ts";
import type { Planner, Workflow } from "./planner/port.ts";
import { type Profile, profileOf } from "./planner/profile.ts";
import { type Data, readData } from "./read-data.ts";
import { studyValue } from "./registry/preparing.ts";
import { proteusReport } from "./report/report.ts";
import { compareWithTruth } from "./truth.ts";

/** Results of steps, which are ours as they were saved; the kind alone tells what each holds. */
const saved = z.map(
  z.string(),
  z.custom<StepValue>((value) => typeof value === "object" && value !== null && "kind" in value),
);

/** Plans and runs an analysis, and makes its hypotheses and its report. */
export async function run(input: Input, ctx: RunContext): Promise<Output | Paused> {
  ctx.progress(0, "reading the study");
  const data = await readData(input, ctx);
  const profile = profileOf(data.study, data.scale, data.world, input);
  const { planner, model, notes } = plannerFor(input, ctx);
  const workflow = await planner.plan(profile, input);
  const executed = await carryOut({ input, ctx, data, profile, planner, workflow });
  if (executed === "out of time") return ctx.pause();
  ctx.progress(0.95, "hypotheses and report");
  const { steps, revisions } = executed;
  const results = resultsOf(steps);
  const known = { world: data.world, controlShare: controlShareOf(steps) };
  const ground = { results, entities: entitiesOf(data) };
  const { objectives } = workflow;
  const asked = { ground, steps, objectives, fdr: input.fdr, samples: input.planning.samples };
  const written = model && (await hypothesiseByModel({ ...asked, model }));
  if (model !== undefined && written === undefined)
    notes.push(`hypotheses by rules: ${model.failure() ?? "no answer"}`);
  const hypotheses = written ?? hypothesiseByRules(steps, ground, known);
  const output: Output = {
    profile: { ...profile },
    planner: {
      asked: input.planning.planner,
      used: model === undefined ? "offline" : "model",
      note: [model === undefined ? "rules" : `${model.model} (${model.provider})`, ...notes].join("; "),
      tokens: model?.tokens() ?? 0,
    },
    objectives: [...objectives],
    steps: steps.map(recordOf),
    revisions: [...revisions],
    results,
    ...hypotheses,
    notAssessed: notAssessedOf(profile, input, executed.refused),
    truth: data.generated === undefined ? null : compareWithTruth(steps, data.generated.truth),
  };
  for (const { name, body, type } of proteusReport({ run: ctx, input, output, steps, data }))
    await ctx.artifact(name, body, type);
  return output;
}

/** Rules, or the chat model where it is asked for and there; what stood in the way goes into the notes. */
function plannerFor({ planning }: Input, ctx: RunContext) {
  const notes: string[] = [];
  if (planning.planner === "offline") return { planner: offlinePlanner, model: undefined, notes };
  if (ctx.llm === undefined) {
    notes.push("no chat model is set up");
    return { planner: offlinePlanner, model: undefined, notes };
  }
  const model = meteredModel(ctx.llm, { cap: planning.tokens, seed: ctx.seed, signal: ctx.signal });
  const onFallback = (why: string) => {
    if (!notes.includes(why)) notes.push(why);
  };
  return { planner: chatPlanner(model, onFallback), model, notes };
}

interface Work {
  readonly input: Input;
  readonly ctx: RunContext;
  readonly data: Data;
  readonly profile: Profile;
  readonly planner: Planner;
  readonly workflow: Workflow;
}

/** Runs the steps; what earlier slices computed is taken from the checkpoint. */
async function carryOut({ input, ctx, data, ...planned }: Work) {
  const results: Results = (await ctx.checkpoint.load(saved)) ?? new Map();
  const pace = checkpointPace(ctx);
  const before = results.size;
  return execute({
    ...planned,
    world: data.world,
    data: studyValue(data.study, noteOf(data.notes.map(({ text }) => text).join(" "))),
    dataHash: hashOfStudy(data.study),
    results,
    caps: input.planning,
    mayGoOn: async ({ id }, done, of) => {
      ctx.signal.throwIfAborted();
      ctx.progress((0.95 * done) / of, id);
      // A slice does one step at least, so that slices of any length come to the end.
      if (results.size > before && ctx.outOfTime()) {
        await pace.save(results);
        return false;
      }
      await pace.offer(() => results);
      return true;
    },
  });
}

function recordOf({ summary: _, value: __, ...step }: Step): StepRecord {
  return {
    ...step,
    from: [...step.from],
    args: { ...step.args },
    status: step.status === "waiting" ? "not run" : step.status,
  };
}

/** Every name that a hypothesis could speak of: proteins, genes, sets, kinases. */
function entitiesOf({ study, world }: Data): Set<string> {
  const named = [...world.geneSets, ...world.kinases].map(({ name }) => name);
  return new Set([...study.matrix.rows, ...namesOf(study), ...genesOf(study), ...named]);
}
