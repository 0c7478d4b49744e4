import { expect, test } from "vitest";
import method from "../../../shared/methods/implicit-prm/method.ts";
import type { MemoryOptions } from "../../fixtures/memory-context.ts";
import { runToEnd } from "../../fixtures/run-to-end.ts";
import { gsm8k, hasSolutions, hasStories, preferencesContent, storiesModel } from "./fixtures.ts";

const answer = String.raw`A: (-?[\d,.]+)`;
const skipped = !hasSolutions || !hasStories;

test.skipIf(skipped)(
  "solutions of GSM8K are trained on, scored and chosen from, by stories260K",
  async () => {
    const rows = gsm8k(6);
    const contents = new Map([["gsm8k", preferencesContent("gsm8k", rows)]]);
    const options: MemoryOptions = { contents, models: new Map([["stories", storiesModel()]]), threads: 2 };
    const trained = await runToEnd(
      method,
      {
        ...{ task: "train", beta: 0.5, draws: 20 },
        data: { from: "preferences", dataset: "gsm8k", model: "stories", maxTokens: 400, answer },
        training: { steps: 2, batch: 4, learningRate: 1e-3 },
      },
      options,
    );
    if (trained.output.task !== "train") throw new Error("a training expected");
    const { leftOut, outcome, trainedOn, trainedRight } = trained.output;
    expect(leftOut).toBeGreaterThan(0); // 512 pieces of children's stories make many of a sum
    expect(trainedOn + outcome.responses + leftOut).toBeLessThanOrEqual(24);
    expect(trainedRight).toBeGreaterThan(0);

    const pair = { model: trained.output.model, reference: "stories", beta: 0.5, maxTokens: 400 };
    const given = { ...options, models: trained.last.models };
    const solution = rows[0]?.responses[0]?.text ?? "";
    const [first = "", ...rest] = solution.split(/(?<=\n)/);
    const scored = await runToEnd(
      method,
      { task: "score", ...pair, prompt: rows[0]?.prompt, response: solution },
      given,
    );
    if (scored.output.task !== "score") throw new Error("scores expected");
    expect(scored.output.steps.map(({ text }) => text)).toEqual([first, ...rest]);
    expect(rest.length).toBeGreaterThan(0);
    expect(scored.output.steps.every(({ reward }) => reward !== 0)).toBe(true);
    expect(scored.output.outcome).toBeCloseTo(
      scored.output.steps.reduce((sum, { reward }) => sum + reward, 0),
      8,
    );

    const chosen = await runToEnd(
      method,
      { task: "best-of", ...pair, maxTokens: 600, dataset: "gsm8k", answer, draws: 20 },
      given,
    );
    if (chosen.output.task !== "best-of") throw new Error("choices expected");
    expect([chosen.output.problems, chosen.output.leftOut]).toEqual([6, 2]);
    const three = chosen.output.bestOfN.filter(({ n }) => n === 3);
    const oracle = three.find((one) => one.method === "oracle")?.accuracy ?? Number.NaN;
    const kept = rows.map(({ responses }) => responses.map(({ label }) => label));
    expect(oracle).toBeLessThanOrEqual(kept.filter((labels) => labels.includes(1)).length / 6);
    for (const { accuracy } of three) expect(accuracy).toBeLessThanOrEqual(oracle);
  },
);
