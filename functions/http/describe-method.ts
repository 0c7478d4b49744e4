import * as z from "zod";
import type { Method } from "../../shared/methods/contract.ts";
import { findMethod, methods } from "../../shared/methods/registry.ts";
import { didYouMean } from "../../shared/resources/nearest.ts";
import { Problem } from "../../shared/resources/problem.ts";

const presetSummary = z.object({ summary: z.string(), cost: z.string() });
const presetNames = ["quick", "standard", "paper"] as const;

/** A method as lists show it. */
export const methodSummarySchema = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  paper: z.object({ title: z.string(), url: z.string() }),
  presets: z.record(z.enum(presetNames), presetSummary),
  links: z.object({ self: z.string(), runs: z.string() }),
});
export type MethodSummary = z.infer<typeof methodSummarySchema>;

/** A method with its presets' inputs and the JSON Schemas of what it takes and gives. */
export const methodSchema = methodSummarySchema.extend({
  presets: z.record(z.enum(presetNames), presetSummary.extend({ input: z.unknown() })),
  input: z.unknown().describe("JSON Schema"),
  output: z.unknown().describe("JSON Schema"),
});
export type MethodDescription = z.infer<typeof methodSchema>;

export function summarizeMethod({ id, title, summary, paper, presets }: Method): MethodSummary {
  const self = `/v1/methods/${id}`;
  const shown = ({ summary, cost }: Method["presets"]["quick"]) => ({ summary, cost });
  const { quick, standard, paper: full } = presets;
  return {
    ...{ id, title, summary, paper },
    presets: { quick: shown(quick), standard: shown(standard), paper: shown(full) },
    links: { self, runs: `${self}/runs` },
  };
}

export const describeMethod = (method: Method): MethodDescription => ({
  ...summarizeMethod(method),
  presets: { ...method.presets },
  input: z.toJSONSchema(method.input, { io: "input", unrepresentable: "any" }),
  output: z.toJSONSchema(method.output, { unrepresentable: "any" }),
});

/** The method. Throws a 404, naming a near one, when there is none of this id. */
export function needMethod(id: string): Method {
  const method = findMethod(id);
  if (method !== undefined) return method;
  const hint = didYouMean(
    id,
    methods.map((one) => one.id),
  );
  throw new Problem("not-found", `there is no method ${id}${hint}`, [
    { path: "/method", message: `is not the id of a method${hint}` },
  ]);
}
