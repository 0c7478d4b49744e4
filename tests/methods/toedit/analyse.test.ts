import { describe, expect, test } from "vitest";
import { modelFiles } from "../../../shared/lm/stored-model.ts";
import toedit from "../../../shared/methods/toedit/method.ts";
import { documentPerplexities, summaryOf } from "../../../shared/methods/toedit/perplexity.ts";
import type { MemoryOptions } from "../../fixtures/memory-context.ts";
import { runToEnd } from "../../fixtures/run-to-end.ts";
import { referenceLogits } from "../../lm/reference-transformer.ts";
import { randomModel } from "./table-prior.ts";

const words =
  "the of and to in a is that for it as was with be by on not he his but at are this have from".split(" ");
/** Sentences of words; a narrow corpus keeps to the first few. */
const corpus = (documents: number, vocabulary: number, salt: number) =>
  Array.from({ length: documents }, (_, i) =>
    Array.from({ length: 12 }, (_, j) => words[(i * (j + salt) + j * j) % vocabulary]).join(" "),
  ).join("\n");

const real = corpus(120, words.length, 3);
const synthetic = `${corpus(150, 5, 1)}\n${corpus(50, words.length, 5)}`;
const options: MemoryOptions = {
  datasets: new Map([
    ["real", real],
    ["synthetic", synthetic],
    ["same", real],
  ]),
  models: new Map([["random", modelFiles(randomModel())]]),
};
const given = {
  real: "real",
  synthetic: "synthetic",
  model: "random",
  splitAt: "line",
  select: 30,
  perplexityDocuments: 40,
  minWords: 5,
};

async function analyse(more: object = {}, more2: MemoryOptions = {}, outOfTime = () => false) {
  const { output, ...rest } = await runToEnd(
    toedit,
    { task: "analyse", ...given, ...more },
    { ...options, ...more2, outOfTime },
  );
  if (output.task !== "analyse") throw new Error("an analysis was asked for");
  return { output, ...rest };
}

describe("an analysis", () => {
  test("finds the narrow corpus narrow, and the selection nearer to the real one than chance", async () => {
    const { output, last } = await analyse();
    expect(output.real.distribution).toMatchObject({ documents: 120, ngrams: 120 * 23 });
    expect(output.synthetic.distribution.entropy).toBeLessThan(output.real.distribution.entropy);
    expect(output.synthetic.distances.kl).toBeGreaterThan(0.1);
    expect(output.selected.documents).toBe(30);
    expect(output.selected.distances.kl).toBeLessThan(output.atRandom.distances.kl);
    expect(output.real.perplexity.documents).toBe(40);
    expect([...last.artifacts.keys()]).toEqual([
      "selected.jsonl",
      "report.html",
      "perplexity.svg",
      "buckets.svg",
      "distances.csv",
      "buckets.csv",
    ]);
    const chosen = String(last.artifacts.get("selected.jsonl")?.body)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const lines = synthetic.split("\n");
    expect(chosen.length).toBe(30);
    for (const { text, document } of chosen) expect(lines[document]).toBe(text);
  });

  test("of a corpus beside itself finds no distance", async () => {
    const { output } = await analyse({ synthetic: "same" });
    expect(output.synthetic.distances).toEqual({ kl: 0, reverseKl: 0, l1: 0 });
  });

  test("cut anywhere and resumed gives the same figures and files", async () => {
    const whole = await analyse();
    let asked = 0;
    const cut = await analyse({}, {}, () => ++asked % 2 === 0);
    expect(cut.slices).toBeGreaterThan(4);
    expect(cut.output).toEqual(whole.output);
    expect(cut.last.artifacts).toEqual(whole.last.artifacts);
    for (const from of whole.last.checkpoints)
      expect((await analyse({}, { from })).output).toEqual(whole.output);
  });

  test("takes a document's perplexity as its tokens' from their prefixes", async () => {
    const model = randomModel({ sharpness: 2 });
    const prior = { ...model, name: "random", window: 17, overlap: 4 };
    const context = { seed: 0, threads: 1, signal: new AbortController().signal };
    const texts = ["a word", "x", "another"];
    const perplexities = await documentPerplexities(prior, texts, context);
    const expected = [texts[0], texts[2]].map((text) => {
      const tokens = [...new TextEncoder().encode(text)];
      const losses = referenceLogits(model.config, model.weights, tokens.slice(0, -1)).map((logits, i) => {
        const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
        return Math.log(total) - (logits[tokens[i + 1] ?? 0] ?? 0);
      });
      return Math.exp(losses.reduce((sum, loss) => sum + loss, 0) / losses.length);
    });
    expect(perplexities.length).toBe(2);
    for (const [i, value] of expected.entries()) expect((perplexities[i] ?? 0) / value).toBeCloseTo(1, 3);
    expect(summaryOf([2, 8])).toMatchObject({ documents: 2, quantiles: [2, 2, 8, 8, 8] });
    expect(summaryOf([2, 8]).perplexity).toBeCloseTo(4, 12);
  });

  test("of a corpus without a word is refused by its field", async () => {
    const datasets = new Map([
      ["real", real],
      ["synthetic", " \n \n"],
    ]);
    await expect(analyse({}, { datasets })).rejects.toThrow(
      "synthetic: synthetic has no document with a word",
    );
  });
});
