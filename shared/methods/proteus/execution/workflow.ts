import type { PlannedStep } from "../planner/port.ts";
import { registry } from "../registry.ts";

/** Why a workflow cannot run: unknown tools, arguments that do not fit, inputs that are missing or of another kind. */
export function problemsOf(steps: readonly PlannedStep[]): string[] {
  const gives = new Map<string, string>([["data", "study"]]);
  const problems: string[] = [];
  for (const { id, tool } of steps) {
    if (gives.has(id)) problems.push(`two steps are called ${id}`);
    gives.set(id, registry.get(tool)?.gives ?? "nothing");
  }
  for (const step of steps) problems.push(...problemsOfStep(step, gives));
  if (hasCycle(steps)) problems.push("steps take each other's results in a circle");
  return problems;
}

function problemsOfStep(
  { id, tool: name, from, args }: PlannedStep,
  gives: ReadonlyMap<string, string>,
): string[] {
  const tool = registry.get(name);
  if (tool === undefined) return [`${id}: there is no tool ${name}`];
  const parsed = tool.args.safeParse(args);
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${id}: ${path.join("/")}: ${message}`);
  if (from.length !== tool.takes.length)
    return [...wrong, `${id}: ${name} takes ${tool.takes.length} results, not ${from.length}`];
  const kinds = from.flatMap((source, at) => {
    const [given, wanted] = [gives.get(source), tool.takes[at]];
    if (given === undefined) return [`${id}: there is no step ${source}`];
    return given === wanted ? [] : [`${id}: ${source} gives ${given}, and ${name} takes ${wanted}`];
  });
  return [...wrong, ...kinds];
}

function hasCycle(steps: readonly PlannedStep[]): boolean {
  const placed = new Set(["data"]);
  for (;;) {
    const ready = steps.filter(({ id, from }) => !placed.has(id) && from.every((one) => placed.has(one)));
    if (ready.length === 0) break;
    for (const { id } of ready) placed.add(id);
  }
  const known = new Set(steps.map(({ id }) => id));
  return steps.some(
    ({ id, from }) => !placed.has(id) && from.every((one) => known.has(one) || one === "data"),
  );
}
