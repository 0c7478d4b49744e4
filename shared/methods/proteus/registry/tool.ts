import * as z from "zod";
import type { Kind, StepValue } from "../execution/values.ts";
import type { Edge } from "../tools/edges.ts";
import type { GeneSet } from "../tools/gene-sets.ts";

/** What steps share beside what they take from each other. */
export interface World {
  readonly seed: number;
  readonly geneSets: readonly GeneSet[];
  readonly edges: readonly Edge[];
  readonly kinases: readonly GeneSet[];
}

export type Need = "groups" | "survival" | "geneSets" | "edges" | "kinases";

/** A tool of the registry: what planners may choose, with arguments of a schema, and what it gives. */
export interface Tool {
  readonly id: string;
  readonly title: string;
  /** For whoever plans: what it does, and what it is good for. */
  readonly about: string;
  readonly takes: readonly Kind[];
  readonly gives: Kind;
  readonly needs: readonly Need[];
  readonly args: z.ZodType<object>;
  readonly summary: z.ZodType<object>;
  /** What it computes with these arguments, so that a reader can do the same by other means. */
  formula(args: unknown): string;
  /** Throws RangeError where the data do not allow it. */
  run(args: unknown, inputs: readonly StepValue[], world: World): StepValue;
}

interface Declared<Args extends z.ZodType<object>, Given extends Kind> {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly takes: readonly Kind[];
  readonly gives: Given;
  readonly needs?: readonly Need[];
  readonly args: Args;
  readonly summary: z.ZodType<object>;
  readonly formula: (args: z.output<Args>) => string;
  readonly run: (
    args: z.output<Args>,
    inputs: readonly StepValue[],
    world: World,
  ) => Extract<StepValue, { kind: Given }>;
}

/** Declares a tool; its arguments and its summary are checked against their schemas whenever it runs. */
export function defineTool<Args extends z.ZodType<object>, Given extends Kind>(
  tool: Declared<Args, Given>,
): Tool {
  const { args, summary } = tool;
  return {
    ...tool,
    needs: tool.needs ?? [],
    formula: (given) => tool.formula(args.parse(given)),
    run(given, inputs, world) {
      const value: StepValue = tool.run(args.parse(given), inputs, world);
      summary.parse(value.summary);
      return value;
    },
  };
}

/** A number, or null where there is none. */
export const figure = z.number().nullable();

export const pairs = z
  .array(z.strictObject({ level: z.string().min(1), reference: z.string().min(1) }))
  .min(1)
  .max(20);

export const fdr = z.number().min(1e-6).max(0.5);

export const sizes = {
  smallest: z.int().min(1).max(1_000).default(5),
  largest: z.int().min(2).max(10_000).default(500),
};
