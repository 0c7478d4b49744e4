import { describe, expect, test } from "vitest";
import { outcomeLossNames } from "../../../shared/lm/fine-tuning/outcome-loss.ts";
import { loadModel } from "../../../shared/lm/stored-model.ts";
import method from "../../../shared/methods/implicit-prm/method.ts";
import { needs } from "../../../shared/methods/implicit-prm/needs.ts";
import { rewardSettings } from "../../../shared/methods/implicit-prm/settings.ts";
import type { MemoryOptions } from "../../fixtures/memory-context.ts";
import { runToEnd } from "../../fixtures/run-to-end.ts";
import { gsm8k, hasSolutions, preferencesContent, randomModel, sums } from "./fixtures.ts";

const arithmetic = {
  task: "train",
  data: {
    from: "arithmetic",
    ...{ size: { dModel: 16, layers: 1, heads: 2 }, policy: { steps: 3, batch: 4 } },
    ...{ problems: 6, responses: 3, developmentProblems: 2, heldOutProblems: 3, candidates: 4 },
  },
  training: { steps: 3, batch: 4 },
  draws: 10,
};
const models = new Map([
  ["trained", randomModel(1)],
  ["before", randomModel(2)],
]);
const contents = new Map([["sums", preferencesContent("sums", sums)]]);
const options: MemoryOptions = { seed: 3, models, contents };
const preferences = {
  task: "train",
  data: { from: "preferences", dataset: "sums", model: "trained" },
  ...{ beta: 0.5, training: { steps: 30, batch: 8, learningRate: 1e-2 }, draws: 10 },
};
const pair = { model: "trained", reference: "before", beta: 0.1 };

async function failure(input: unknown, given: MemoryOptions = options): Promise<string> {
  const { last, error } = await runToEnd(method, input, given).then(
    () => ({ last: undefined, error: "" }),
    (cause: Error) => ({ last: undefined, error: cause.message }),
  );
  expect(last).toBeUndefined();
  return error;
}

describe("train", () => {
  test("cut and resumed at every question whether time is over, it gives the same bytes", async () => {
    const whole = await runToEnd(method, arithmetic, options);
    let asked = 0;
    const outOfTime = () => asked++ % 2 === 1; // one unit of work a slice
    const cut = await runToEnd(method, arithmetic, { ...options, outOfTime });
    expect(cut.slices).toBeGreaterThan(7);
    expect(cut.output).toEqual(whole.output);
    expect(cut.last.artifacts).toEqual(whole.last.artifacts);
    expect(cut.last.models).toEqual(whole.last.models);
  });

  test("running sums: models, figures of steps and choices, and a report", async () => {
    const { output, last } = await runToEnd(method, arithmetic, options);
    if (output.task !== "train") throw new Error("a training expected");
    expect([output.trainedOn, output.outcome.responses, output.problems]).toEqual([18, 12, 3]);
    expect(output.bestOfN.map(({ n }) => n).filter((n, at, all) => all.indexOf(n) === at)).toEqual([1, 2, 4]);
    expect([...last.artifacts.keys()]).toEqual(
      expect.arrayContaining([
        "report.html",
        "best-of-n.csv",
        "responses.csv",
        "best-of-n.svg",
        "reward-loss.svg",
      ]),
    );
    const policy = await loadModel(last.models.get(output.policy ?? "") ?? new Map());
    const reward = await loadModel(last.models.get(output.model) ?? new Map());
    expect(reward.config).toEqual(policy.config);
    expect(reward.weights).not.toEqual(policy.weights);
    expect(output.trainedRight).toBeLessThan(0.2); // three steps teach a policy nothing, which is said first
    expect(output.findings[0]).toMatchObject({
      holds: false,
      text: expect.stringMatching(/has not learnt the task/),
    });
    expect(String(last.artifacts.get("report.html")?.body)).toContain("Take no figure");
    expect(last.metrics.map(({ labels }) => labels.model)).toEqual(
      expect.arrayContaining(["policy", "reward"]),
    );
  });

  test.each(outcomeLossNames)("%s on preferences learns to tell right from wrong", async (loss) => {
    const { output } = await runToEnd(method, { ...preferences, loss }, options);
    if (output.task !== "train") throw new Error("a training expected");
    expect(output.trainedOn).toBe(14 * 4); // responses, or pairs of two right and two wrong ones
    expect([output.policy, output.stepAuroc, output.leftOut]).toEqual([null, null, 0]);
    expect(output.outcome.pairs).toBe(16);
    expect(output.outcome.threshold).not.toBeNull();
    expect(output.steps.map(({ text }) => text).join("")).toMatch(/^\d and \d\nare \d+\n$/);
  });

  test("a loss has the pace that it was tuned to, unless one is given", () => {
    const settings = (training: object, loss: string) => {
      const input = method.input.parse({ task: "train", loss, training });
      if (input.task !== "train") throw new Error("a training expected");
      return rewardSettings(input);
    };
    expect(settings({}, "dpo").learningRate).toBeLessThan(settings({}, "ce").learningRate);
    expect(settings({ steps: 7 }, "dpo")).toMatchObject({
      steps: 7,
      learningRate: settings({}, "dpo").learningRate,
    });
    expect(settings({ learningRate: 0.5, batch: 3 }, "kto")).toMatchObject({ learningRate: 0.5, batch: 3 });
  });

  test("what cannot be trained on is refused, and names its field", async () => {
    const with_ = (rows: typeof sums) => ({
      ...options,
      contents: new Map([["sums", preferencesContent("sums", rows)]]),
    });
    expect(await failure(preferences, with_(sums.slice(0, 4)))).toMatch(
      /^data\.dataset: 4 prompts; at least 5/,
    );
    const short = { ...preferences, data: { ...preferences.data, maxTokens: 8 } };
    expect(await failure(short)).toMatch(/^data\.dataset: 0 prompts that fit into maxTokens \(80 responses/);
    const right = sums.map((row) => ({
      ...row,
      responses: row.responses.filter(({ label }) => label === 1),
    }));
    expect(await failure({ ...preferences, loss: "dpo" }, with_(right))).toMatch(/^data\.dataset: no prompt/);
    expect(await failure({ ...preferences, sizes: [5] })).toMatch(
      /^sizes: 5 candidates, where a prompt has 4/,
    );
  });
});

describe("score", () => {
  const input = { task: "score", ...pair, prompt: "3+4", response: "3 and 4\nare 7\n" };

  test("steps add up to the response, and a threshold of one's own finds the first below", async () => {
    const { output, last } = await runToEnd(method, input, options);
    if (output.task !== "score") throw new Error("scores expected");
    expect(output.steps.map(({ text }) => text)).toEqual(["3 and 4\n", "are 7\n"]);
    const [first, second] = output.steps.map(({ reward }) => reward);
    expect(output.outcome).toBeCloseTo((first ?? 0) + (second ?? 0), 10);
    expect(output.steps[1]?.cumulative).toBe(output.outcome);
    expect([output.threshold, output.firstSuspect]).toEqual([null, null]);
    expect([...last.artifacts.keys()]).toContain("report.html");
    const over = await runToEnd(method, { ...input, threshold: 1000 }, options);
    expect(over.output).toMatchObject({ firstSuspect: 0, threshold: 1000 });
  });

  test("a threshold is fitted on labelled responses, cut or not", async () => {
    const fitted = { ...input, development: "sums" };
    const whole = await runToEnd(method, fitted, options);
    if (whole.output.task !== "score") throw new Error("scores expected");
    expect(whole.output.development?.responses).toBe(80);
    expect(whole.output.threshold).not.toBeNull();
    let asked = 0;
    const cut = await runToEnd(method, fitted, { ...options, outOfTime: () => asked++ % 2 === 0 });
    expect(cut.slices).toBe(3);
    expect(cut.output).toEqual(whole.output);
    const right = sums.map((row) => ({ ...row, responses: row.responses.slice(0, 1) }));
    const contents = new Map([["sums", preferencesContent("sums", right)]]);
    expect(await failure(fitted, { ...options, contents })).toMatch(
      /^development: all its responses are right/,
    );
    expect(method.input.safeParse({ ...fitted, threshold: 0 }).success).toBe(false);
  });

  test("without a reference its log-probabilities count as 0", async () => {
    const { reference: _, ...alone } = input;
    const { output } = await runToEnd(method, alone, options);
    if (output.task !== "score") throw new Error("scores expected");
    expect(output.steps.every(({ reward }) => reward < 0)).toBe(true);
  });
});

describe("best-of", () => {
  const input = { task: "best-of", ...pair, dataset: "sums", draws: 20 };

  test("every choice at every N, and what it needs", async () => {
    const { output } = await runToEnd(method, input, options);
    if (output.task !== "best-of") throw new Error("choices expected");
    expect(output.problems).toBe(20);
    const at = (n: number, name: string) =>
      output.bestOfN.find((one) => one.n === n && one.method === name)?.accuracy;
    expect([at(1, "first"), at(4, "oracle"), at(4, "majority")]).toEqual([1, 1, 1]);
    expect(needs(method.input.parse(input))).toEqual({
      datasets: [{ path: "/dataset", id: "sums", kinds: ["preferences"] }],
      models: [
        { path: "/model", id: "trained" },
        { path: "/reference", id: "before" },
      ],
    });
    const single = sums.map((row) => ({ ...row, responses: row.responses.slice(0, 1) }));
    const contents = new Map([["sums", preferencesContent("sums", single)]]);
    expect(await failure(input, { ...options, contents })).toMatch(/^dataset: a prompt has fewer than two/);
  });

  test.skipIf(!hasSolutions)("solutions of GSM8K by four models", async () => {
    const rows = gsm8k(30);
    const contents = new Map([["gsm8k", preferencesContent("gsm8k", rows)]]);
    const given = { ...input, dataset: "gsm8k", answer: String.raw`A: (-?[\d,.]+)`, maxTokens: 2048 };
    const { output } = await runToEnd(method, given, { ...options, contents });
    if (output.task !== "best-of") throw new Error("choices expected");
    const oracle = rows.filter(({ responses }) => responses.some(({ label }) => label === 1)).length / 30;
    const four = output.bestOfN.filter(({ n }) => n === 4);
    expect(four.find((one) => one.method === "oracle")?.accuracy).toBeCloseTo(oracle, 10);
    for (const { accuracy } of four) expect(accuracy).toBeLessThanOrEqual(oracle);
    expect(output.leftOut).toBe(0);
  });
});
