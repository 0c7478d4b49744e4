import { flopsOf } from "../../../engine/flops.ts";
import { stepCost } from "../../../engine/trainer.ts";
import type { ModelConfig } from "../../../lm/config.ts";
import { exampleGraph } from "../../../lm/fine-tuning/example-graph.ts";
import { valueLoss } from "../../../lm/fine-tuning/value-head.ts";
import { passesOf } from "../../../lm/training.ts";
import { problemLength, solutionLength } from "../arithmetic.ts";
import type { Cost } from "./seed-figures.ts";

/** Tokens of a problem and its solution that a policy reads: all but the last. */
export const readTokens = problemLength + solutionLength - 1;
/** Tokens that a head reads: all. */
export const valuedTokens = problemLength + solutionLength;

/** What one row costs, by operations of products of matrices. */
export interface UnitCosts {
  /** A solution read or written without a gradient. Its beginning may be read and the rest written: it is as much. */
  readonly row: number;
  /** An update of a head on a batch. */
  readonly headStep: number;
}

export function unitCosts(config: ModelConfig, batch: number): UnitCosts {
  const { graph, logProbabilities } = exampleGraph(config, { batch: 1, length: readTokens });
  const passes = passesOf(batch, valuedTokens);
  const head = valueLoss(config, { batch: passes.batch, length: valuedTokens });
  return {
    row: flopsOf(graph, [logProbabilities]).products,
    headStep: passes.accumulation * stepCost(head.graph, head.loss, head.weights).flops.products,
  };
}

/** The cost of rows without a gradient and of a training. */
export function costOf(
  { row }: UnitCosts,
  {
    responses,
    rows,
    trainedTokens,
    flops,
  }: Pick<Cost, "responses" | "trainedTokens" | "flops"> & { readonly rows: number },
): Cost {
  return { responses, forwardTokens: rows * readTokens, trainedTokens, flops: rows * row + flops };
}

/** Math-Shepherd's cost on the first responses: writing them, their branches, and as many passes over them. */
export interface ShepherdPlan {
  /** How many branches each response has. */
  readonly branches: readonly number[];
  /** Updates on all responses. */
  readonly steps: number;
}

export function shepherdSteps({ branches, steps }: ShepherdPlan, responses: number): number {
  return Math.max(1, Math.round((steps * responses) / branches.length));
}

export function shepherdFlops(units: UnitCosts, plan: ShepherdPlan, responses: number): number {
  const rows = plan.branches.slice(0, responses).reduce((sum, count) => sum + count, responses);
  return rows * units.row + shepherdSteps(plan, responses) * units.headStep;
}

/** The most responses, at least one, whose cost is within the budget. */
export function affordable(units: UnitCosts, plan: ShepherdPlan, budget: number): number {
  let [low, high] = [1, plan.branches.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (shepherdFlops(units, plan, middle) <= budget) low = middle;
    else high = middle - 1;
  }
  return low;
}
