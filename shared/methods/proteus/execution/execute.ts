import type { RevisionRecord } from "../output.ts";
import type { PlannedStep, Planner, Revision, SeenStep, Workflow } from "../planner/port.ts";
import type { Profile } from "../planner/profile.ts";
import type { Tool, World } from "../registry/tool.ts";
import { registry } from "../registry.ts";
import { hashesOfWorld, hashOf } from "./hash.ts";
import type { StepValue } from "./values.ts";
import { problemsOf } from "./workflow.ts";

/** A step with what became of it. */
export interface Step extends SeenStep {
  readonly title: string;
  readonly hash: string;
  readonly revision: string | null;
  readonly value?: StepValue;
}

export interface Executed {
  readonly steps: readonly Step[];
  readonly revisions: readonly RevisionRecord[];
  /** Changes that were planned and not made, and why. */
  readonly refused: readonly string[];
}

/** Results by the hash of tool, arguments and inputs: what is here is never computed again. */
export type Results = Map<string, StepValue>;

export interface Execution {
  readonly profile: Profile;
  readonly workflow: Workflow;
  readonly planner: Planner;
  readonly world: World;
  /** The study as it was uploaded: the result of the step `data`. */
  readonly data: StepValue & { readonly kind: "study" };
  readonly dataHash: string;
  readonly results: Results;
  readonly caps: { readonly steps: number; readonly revisions: number };
  /** Asked before a step is computed: whether the slice still has time. */
  readonly mayGoOn: (step: PlannedStep, done: number, of: number) => Promise<boolean>;
}

/**
 * Runs a workflow's steps, each as soon as what it takes is there, and lets the planner change what has not run after
 * each. A tool's RangeError fails its step alone. Answers "out of time" where the slice ends first; with the same
 * results, a later call goes on at the step.
 */
export async function execute(execution: Execution): Promise<Executed | "out of time"> {
  const { workflow, caps, planner, profile } = execution;
  const problems = problemsOf(workflow.steps);
  if (problems.length > 0) throw new RangeError(`the workflow cannot run: ${problems.join("; ")}`);
  const steps: Step[] = workflow.steps.slice(0, caps.steps).map((step) => waiting(step, null));
  const [revisions, refused]: [RevisionRecord[], string[]] = [[], []];
  if (workflow.steps.length > caps.steps) {
    refused.push(`${workflow.steps.length - caps.steps} planned steps are beyond the cap of ${caps.steps}.`);
  }
  const hashes = hashesOfWorld(execution.world);
  for (let at = nextReady(steps); at !== -1; at = nextReady(steps)) {
    const step = steps[at];
    if (step === undefined) break;
    const done = await runStep(step, steps, execution, hashes);
    if (done === "out of time") return done;
    steps[at] = done;
    const revision = await planner.revise(profile, steps, done);
    if (revision === undefined) continue;
    const refusal = whyNot(revision, steps, revisions.length, caps);
    if (refusal !== undefined) refused.push(`${refusal} (${revision.rule})`);
    else revisions.push(apply(revision, steps, done.id, revisions.length + 1));
  }
  return {
    steps: steps.map((step) => (step.status === "waiting" ? notRun(step, steps) : step)),
    revisions,
    refused,
  };
}

const waiting = (step: PlannedStep, revision: string | null): Step => ({
  ...step,
  title: registry.get(step.tool)?.title ?? step.tool,
  status: "waiting",
  said: "",
  hash: "",
  revision,
});

/** The first step that waits and whose inputs are done. */
function nextReady(steps: readonly Step[]): number {
  const done = new Set(["data", ...steps.filter(({ status }) => status === "done").map(({ id }) => id)]);
  return steps.findIndex(({ status, from }) => status === "waiting" && from.every((id) => done.has(id)));
}

function notRun(step: Step, steps: readonly Step[]): Step {
  const lacking = step.from.filter(
    (id) => steps.find((one) => one.id === id)?.status !== "done" && id !== "data",
  );
  return { ...step, status: "not run", said: `It takes what did not come to be: ${lacking.join(", ")}.` };
}

async function runStep(
  step: Step,
  steps: readonly Step[],
  { world, data, dataHash, results, mayGoOn }: Execution,
  hashes: ReturnType<typeof hashesOfWorld>,
): Promise<Step | "out of time"> {
  const tool = registry.get(step.tool);
  if (tool === undefined) throw new Error(`no tool ${step.tool}`);
  const before = step.from.map((id) => steps.find((one) => one.id === id));
  const inputs = step.from.map((_, at) => before[at]?.value ?? data);
  const hash = hashOf([
    tool.id,
    tool.args.parse(step.args),
    before.map((one) => one?.hash ?? dataHash),
    hashes.seed,
    tool.needs.map((need) => (need === "groups" || need === "survival" ? need : hashes[need])),
  ]);
  const known = results.get(hash);
  if (known !== undefined) return finished(step, hash, known);
  const count = steps.filter(({ status }) => status !== "waiting").length;
  if (!(await mayGoOn(step, count, steps.length))) return "out of time";
  try {
    const value = runTool(tool, step.args, inputs, world);
    results.set(hash, value);
    return finished(step, hash, value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ...step, hash, status: "failed", said: sentence(error.message) };
  }
}

/** Runs a tool once its needs are met. */
function runTool(tool: Tool, args: object, inputs: readonly StepValue[], world: World): StepValue {
  const lacking = tool.needs.find(
    (need) => (need === "geneSets" || need === "edges" || need === "kinases") && world[need].length === 0,
  );
  if (lacking !== undefined) throw new RangeError(`${tool.id} needs ${lacking}, and none were given`);
  return tool.run(args, inputs, world);
}

const finished = (step: Step, hash: string, value: StepValue): Step => ({
  ...step,
  hash,
  status: "done",
  said: value.note.text,
  summary: value.summary,
  value,
});

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function whyNot(
  { add, drop }: Revision,
  steps: readonly Step[],
  made: number,
  caps: Execution["caps"],
): string | undefined {
  if (made >= caps.revisions) return `A revision is beyond the cap of ${caps.revisions}`;
  if (steps.length + add.length > caps.steps)
    return `Steps of a revision are beyond the cap of ${caps.steps}`;
  const problems = problemsOf([...steps, ...add]);
  if (problems.length > 0) return `A revision cannot run: ${problems.join("; ")}`;
  const ran = drop.find((id) => steps.find((step) => step.id === id)?.status !== "waiting");
  return ran === undefined ? undefined : `A revision drops ${ran}, which does not wait`;
}

function apply(revision: Revision, steps: Step[], after: string, count: number): RevisionRecord {
  const id = `r${count}`;
  const { redirect } = revision;
  for (const [at, step] of steps.entries()) {
    if (step.status !== "waiting") continue;
    if (revision.drop.includes(step.id)) {
      steps[at] = { ...step, status: "dropped", said: revision.reason, revision: step.revision ?? id };
    } else if (redirect !== undefined && step.from.includes(redirect.from)) {
      const from = step.from.map((one) => (one === redirect.from ? redirect.to : one));
      steps[at] = { ...step, from };
    }
  }
  for (const step of revision.add) steps.push(waiting(step, id));
  const { rule, reason, add, drop } = revision;
  return { id, after, rule, reason, added: add.map((one) => one.id), dropped: [...drop] };
}
