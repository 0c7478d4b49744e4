import * as z from "zod";
import { fence, fenceRule } from "../../../llm/fence.ts";
import { problemsOf } from "../execution/workflow.ts";
import type { Tool } from "../registry/tool.ts";
import { registry } from "../registry.ts";
import type { Metered } from "./metered.ts";
import { planByRules } from "./offline.ts";
import type { PlannedStep, Planner, SeenStep, Workflow } from "./port.ts";
import { reviseByRules } from "./rules.ts";

const system = [
  "You plan the analysis of a table of proteins. You choose tools and their arguments from the list alone; the statistics are computed by the tools, never by you.",
  "A step takes the results of other steps by their ids, in the order and of the kinds that its tool takes; `data` is the study as it was uploaded.",
  "Choose what the data profile allows and the questions need: quality first, then comparisons, sets, survival and relations. Do not test groups of fewer than three samples: describe them.",
  fenceRule,
].join("\n");

const name = z.string().min(1).max(60);
const step = z.discriminatedUnion("tool", stepSchemas());
const steps = z.array(step).max(60);

const planSchema = z.object({
  objectives: z
    .array(z.object({ id: name, title: z.string().max(300), why: z.string().max(600) }))
    .min(1)
    .max(8),
  steps,
});

const revisionSchema = z.object({
  decision: z.enum(["go on", "revise"]),
  reason: z.string().max(600),
  add: steps,
  drop: z.array(name).max(60),
});

/** One schema a tool, so that arguments are those of the tool that is named. */
function stepSchemas() {
  const [first, ...rest] = [...registry.values()].map(stepSchema);
  if (first === undefined) throw new Error("the registry has no tools");
  return [first, ...rest] as const;
}

function stepSchema({ id, args }: Tool) {
  const tool = z.literal(id);
  return z.object({
    tool,
    id: name,
    from: z.array(name).max(4),
    objective: name,
    why: z.string().max(400),
    args,
  });
}

const toolList = [...registry.values()]
  .map(
    ({ id, about, takes, gives, needs }) =>
      `- ${id}: takes (${takes.join(", ")}), gives ${gives}${needs.length > 0 ? `, needs ${needs.join(" and ")}` : ""}. ${about}`,
  )
  .join("\n");

/** After these nothing is to be decided that was not known when the plan was made. */
const quiet = new Set(["drop-flagged", "transform", "normalise", "impute"]);
const mostCharacters = 6_000;

/**
 * Plans and revises by a chat model within the same registry. It sees the profile and summaries, fenced, never the
 * matrix. Where it gives no plan that can run, in two tries, or no answer, the rules decide.
 */
export function chatPlanner(model: Metered, onFallback: (why: string) => void): Planner {
  return {
    async plan(profile, wishes) {
      const content = [
        `Tools:\n${toolList}`,
        `The user's wishes: ${JSON.stringify(wishes)}`,
        `The profile of the data, of which all names come from the user's files:\n${fence(JSON.stringify(profile))}`,
        "Give objectives and the workflow's steps.",
      ].join("\n\n");
      const given = await planned(model, content);
      if (typeof given !== "string") return given;
      onFallback(`${given}; the rules planned instead`);
      return planByRules(profile, wishes);
    },
    async revise(profile, seen, last) {
      if (quiet.has(last.tool) && last.status === "done") return undefined;
      const answer = await model.ask({
        system,
        content: revisionContent(seen, last),
        schema: revisionSchema,
        schemaName: "revision",
        maxTokens: 2_000,
      });
      if (answer === undefined) {
        onFallback(`${model.failure() ?? "no answer"}; the rules revised from there on`);
        return reviseByRules(profile, seen, last);
      }
      if (answer.decision === "go on" || (answer.add.length === 0 && answer.drop.length === 0))
        return undefined;
      const { reason, add, drop } = answer;
      return { rule: "by the chat model", reason, add, drop };
    },
  };
}

/** A plan that can run, or why there is none. */
async function planned(model: Metered, content: string): Promise<Workflow | string> {
  let asked = content;
  for (let tries = 0; tries < 2; tries++) {
    const plan = await model.ask({
      system,
      content: asked,
      schema: planSchema,
      schemaName: "plan",
      maxTokens: 6_000,
    });
    if (plan === undefined) return model.failure() ?? "no answer";
    const problems = problemsOf(plan.steps);
    if (problems.length === 0) return plan;
    asked = `${content}\n\nAn earlier plan could not run:\n${fence(problems.slice(0, 20).join("\n"))}`;
  }
  return "the model's plans could not run";
}

function revisionContent(seen: readonly SeenStep[], last: SeenStep): string {
  const line = ({ id, tool, from, status }: PlannedStep & Pick<SeenStep, "status">) =>
    `${id}: ${tool}(${from.join(", ")}) ${status}`;
  const found = JSON.stringify({ said: last.said, summary: last.summary ?? null }).slice(0, mostCharacters);
  return [
    `Tools:\n${toolList}`,
    `Steps and their states:\n${fence(seen.map(line).join("\n"))}`,
    `The step ${last.tool} ended ${last.status}. What it found, of which names come from the user's files:\n${fence(JSON.stringify({ id: last.id, args: last.args }))}\n${fence(found)}`,
    "Decide whether to go on as planned or to revise: add steps with new ids, drop steps that still wait. Revise only where this result calls for it.",
  ].join("\n\n");
}
