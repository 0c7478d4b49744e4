import { type Graph, input, stopGradient, type Value } from "../../engine/graph.ts";
import { add, maximum, mean, mul, neg, sigmoid, slice, softplus, sub } from "../../engine/ops.ts";

/** Losses over outcome rewards r(y) = beta log pi(y) / ref(y), arXiv 2412.01981, section 3.2. */
export const outcomeLossNames = ["ce", "dpo", "kto", "nca"] as const;
export type OutcomeLossName = (typeof outcomeLossNames)[number];

/** Rows of a forward pass behind one example: a response alone, or a response and another one. */
export function rowsPerExample(loss: OutcomeLossName): 1 | 2 {
  return loss === "ce" ? 1 : 2;
}

export interface OutcomeLossOptions {
  readonly loss: OutcomeLossName;
  readonly beta: number;
  /** Examples of a batch. */
  readonly examples: number;
  /** KTO's weights of right and of wrong responses. */
  readonly lambda?: { readonly right: number; readonly wrong: number };
}

/**
 * The mean loss of a batch as a scalar, from log pi(y) of its rows [rows]. Declares the inputs `reference`, the
 * frozen model's log-probabilities [rows], and `labels`, 1 or 0 [examples], where the loss reads them.
 *
 * - `ce`: rows are responses; -[l log s(R) + (1 - l) log s(-R)].
 * - `dpo`, `nca`: the right response of each pair, then the wrong ones; -log s(R_w - R_l), and
 *   -log s(R_w) - 1/2 [log s(-R_w) + log s(-R_l)].
 * - `kto`: responses, then as many mismatched ones, each to the prompt of another; 1 - s(R - z) where it is
 *   right and 1 - s(z - R) where it is wrong, with z = max(0, mean R of the mismatched), through which no
 *   gradient flows.
 */
export function outcomeLoss(graph: Graph, logProbabilities: Value, options: OutcomeLossOptions): Value {
  const { loss, beta, examples, lambda = { right: 1, wrong: 1 } } = options;
  const rows = examples * rowsPerExample(loss);
  const reference = input(graph, "reference", "float32", [rows]);
  const rewards = mul(sub(logProbabilities, reference), beta);
  const labels = () => input(graph, "labels", "float32", [examples]);
  if (loss === "ce") return mean(sub(softplus(rewards), mul(labels(), rewards)));
  const [first, second] = [slice(rewards, 0, 0, examples), slice(rewards, 0, examples, rows)];
  if (loss === "dpo") return mean(softplus(sub(second, first)));
  if (loss === "nca") {
    const either = mul(add(softplus(first), softplus(second)), 0.5);
    return mean(add(softplus(neg(first)), either));
  }
  const z = stopGradient(maximum(mean(second), 0));
  const right = labels();
  const over = sub(first, z);
  const sides = add(
    mul(mul(right, sigmoid(neg(over))), lambda.right),
    mul(mul(sub(1, right), sigmoid(over)), lambda.wrong),
  );
  return mean(sides);
}
