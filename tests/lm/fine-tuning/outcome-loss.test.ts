import fc from "fast-check";
import { expect, test } from "vitest";
import { gradients } from "../../../shared/engine/gradient.ts";
import { createGraph, input } from "../../../shared/engine/graph.ts";
import { compile } from "../../../shared/engine/program.ts";
import {
  type OutcomeLossName,
  outcomeLoss,
  outcomeLossNames,
  rowsPerExample,
} from "../../../shared/lm/fine-tuning/outcome-loss.ts";

interface Batch {
  readonly policy: readonly number[];
  readonly reference: readonly number[];
  readonly labels: readonly number[];
  readonly beta: number;
}
const lambda = { right: 0.7, wrong: 1.3 };
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const logSigmoid = (x: number) => (x > 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x)));

/** z of KTO, which no gradient flows through, is given. */
function closedForm(loss: OutcomeLossName, { policy, reference, labels, beta }: Batch, z: number): number {
  const rewards = policy.map((value, i) => beta * (value - (reference[i] ?? 0)));
  const terms = labels.map((label, i) => {
    const [r, other] = [rewards[i] ?? 0, rewards[i + labels.length] ?? 0];
    if (loss === "ce") return -(label * logSigmoid(r) + (1 - label) * logSigmoid(-r));
    if (loss === "dpo") return -logSigmoid(r - other);
    if (loss === "nca") return -logSigmoid(r) - 0.5 * (logSigmoid(-r) + logSigmoid(-other));
    return label === 1 ? lambda.right * (1 - sigmoid(r - z)) : lambda.wrong * (1 - sigmoid(z - r));
  });
  return terms.reduce((sum, term) => sum + term, 0) / labels.length;
}

function baseline({ policy, reference, labels, beta }: Batch): number {
  const n = labels.length;
  const mismatched = policy.slice(n).map((value, i) => value - (reference[n + i] ?? 0));
  return beta * Math.max(0, mismatched.reduce((sum, ratio) => sum + ratio, 0) / n);
}

const logProbability = fc.double({ min: -40, max: 0, noNaN: true }).map(Math.fround);
const batches = (loss: OutcomeLossName, n: number) => {
  const rows = n * rowsPerExample(loss);
  const values = fc.array(logProbability, { minLength: rows, maxLength: rows });
  return fc.record({
    policy: values,
    reference: values,
    labels: fc.array(fc.constantFrom(0, 1), { minLength: n, maxLength: n }),
    beta: fc.constant(0.25),
  });
};

test.each(outcomeLossNames)("%s and its gradient are the closed form and its differences", async (loss) => {
  const n = 3;
  const rows = n * rowsPerExample(loss);
  const graph = createGraph();
  const policy = input(graph, "policy", "float32", [rows]);
  const value = outcomeLoss(graph, policy, { loss, beta: 0.25, examples: n, lambda });
  const [slope] = gradients(value, [policy]);
  if (slope === undefined) throw new Error("one gradient expected");
  const program = await compile(graph, { value, slope }, { threads: 1 });
  await fc.assert(
    fc.asyncProperty(batches(loss, n), async (batch) => {
      const outputs = await program.run({
        policy: Float32Array.from(batch.policy),
        reference: Float32Array.from(batch.reference),
        labels: Float32Array.from(batch.labels),
      });
      const z = loss === "kto" ? baseline(batch) : 0;
      expect(Number(outputs.value[0])).toBeCloseTo(closedForm(loss, batch, z), 5);
      for (const [at, given] of batch.policy.entries()) {
        const moved = (by: number) => ({ ...batch, policy: batch.policy.with(at, given + by) });
        const numeric = (closedForm(loss, moved(1e-4), z) - closedForm(loss, moved(-1e-4), z)) / 2e-4;
        expect(Number(outputs.slope[at])).toBeCloseTo(numeric, 5);
      }
    }),
    { numRuns: 60 },
  );
  await program.release();
});

test("a policy that is the reference has the losses of no knowledge", async () => {
  const expected = { ce: Math.LN2, dpo: Math.LN2, nca: 2 * Math.LN2, kto: 0.5 };
  for (const loss of outcomeLossNames) {
    const rows = 2 * rowsPerExample(loss);
    const graph = createGraph();
    const policy = input(graph, "policy", "float32", [rows]);
    const value = outcomeLoss(graph, policy, { loss, beta: 0.05, examples: 2 });
    const program = await compile(graph, { value }, { threads: 1 });
    const same = Float32Array.from({ length: rows }, (_, i) => -i);
    const outputs = await program.run({ policy: same, reference: same, labels: Float32Array.of(1, 0) });
    expect(Number(outputs.value[0])).toBeCloseTo(expected[loss], 6);
    await program.release();
  }
});
