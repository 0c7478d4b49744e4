import { describe, expect, test } from "vitest";
import { modelFiles } from "../../../shared/lm/stored-model.ts";
import { byteTokenizer } from "../../../shared/lm/tokenizers/byte.ts";
import { blocksOf } from "../../../shared/methods/toedit/block.ts";
import { createEditor } from "../../../shared/methods/toedit/editor.ts";
import type { EditRule } from "../../../shared/methods/toedit/input.ts";
import toedit from "../../../shared/methods/toedit/method.ts";
import type { EditOutput } from "../../../shared/methods/toedit/output.ts";
import { isCandidate, redraw, windowStream } from "../../../shared/methods/toedit/rule.ts";
import { textCorpus } from "../../../shared/methods/toedit/source.ts";
import { windowsOf } from "../../../shared/methods/toedit/windows.ts";
import { type MemoryOptions, memoryRun } from "../../fixtures/memory-context.ts";
import { runToEnd } from "../../fixtures/run-to-end.ts";
import { referenceLogits } from "../../lm/reference-transformer.ts";
import { rowContent } from "./contents.ts";
import { randomModel, tableModel, tableProbabilities } from "./table-prior.ts";

async function edit(given: object, options: MemoryOptions = {}, outOfTime = () => false) {
  const { output, ...rest } = await runToEnd(toedit, { task: "edit", ...given }, { ...options, outOfTime });
  if (output.task !== "edit") throw new Error("an edit was asked for");
  return { output, ...rest };
}

const edited = (artifacts: ReturnType<typeof memoryRun>["artifacts"], { files }: EditOutput): string =>
  files.map(({ name }) => Buffer.from(artifacts.get(name)?.body ?? "missing").toString("utf8")).join("");

const letter = (text: string) => text.charCodeAt(0);

describe("an edit", () => {
  test("is what re-reading each prefix with the whole transformer gives, place by place", async () => {
    const model = randomModel({ sharpness: 3 });
    const rule: EditRule = {
      strategy: "high-and-drop",
      threshold: 0.004,
      when: "at-least",
      dropBelow: 2e-4,
      sampler: { type: "top-k", k: 5 },
      temperature: 1.7,
    };
    const [window, overlap] = [12, 4];
    const texts = ["a", "", "of course", "A longer document than the window holds.", "zzzzzzzzzzzz", "qq"];
    const corpus = textCorpus("texts", texts.join("\n"), "line");
    const [block] = await Array.fromAsync(blocksOf(corpus.items(), byteTokenizer, { index: 0, of: 1 }, 0));
    if (block === undefined) throw new Error("no block");
    const editor = createEditor({ prior: { ...model, window, overlap }, rule, seed: 9, threads: 1 });
    const into = editor.untouched(block);
    for (const pass of editor.passes(block)) await editor.perform(pass, into);
    await editor.release();
    let [candidates, drops, changes, places] = [0, 0, 0, 0];
    for (const { tokens, at, row, text } of block.documents) {
      for (const [number, part] of windowsOf(tokens.length, window, overlap).entries()) {
        const stream = windowStream(9, row, text, number);
        for (let i = part.from; i < part.end; i++) {
          const logits =
            referenceLogits(model.config, model.weights, [...tokens.subarray(part.start, i)]).at(-1) ?? [];
          const logP = logSoftmax([...logits]);
          const p = Math.exp(logP[tokens[i] ?? 0] ?? Number.NaN);
          places++;
          expect(into.probabilities[at + i]).toBeCloseTo(p, 5);
          if (p < rule.dropBelow) {
            drops++;
            expect(into.edited[at + i]).toBe(-1);
          } else if (isCandidate(p, rule)) {
            candidates++;
            const tempered = logSoftmax([...logits].map((logit) => logit / rule.temperature));
            const topTokens = [...tempered.keys()]
              .sort((a, b) => (tempered[b] ?? 0) - (tempered[a] ?? 0))
              .slice(0, 5);
            const token = tokens[i] ?? 0;
            const topLogProbabilities = topTokens.map((one) => tempered[one] ?? 0);
            const expected = redraw(
              { token, logProbability: tempered[token] ?? 0, topTokens, topLogProbabilities },
              rule.sampler,
              stream(),
            );
            if (expected !== token) changes++;
            expect(into.edited[at + i]).toBe(expected);
          } else expect(into.edited[at + i]).toBe(tokens[i]);
        }
      }
    }
    expect(places).toBe(block.documents.reduce((sum, { tokens }) => sum + Math.max(0, tokens.length - 1), 0));
    // The test sees each case.
    expect(Math.min(candidates, drops, changes, places - candidates - drops)).toBeGreaterThan(0);
  });

  // After a comes b and after b comes a, with p = .995; nothing else is probable.
  const boost = Math.log((0.995 * 255) / 0.005);
  const next = (byte: number) =>
    byte === letter("a") ? letter("b") : byte === letter("b") ? letter("a") : letter("z");
  const models = new Map([["table", modelFiles(tableModel(next, boost))]]);
  const datasets = new Map([["text", "abababxa\n\nab"]]);
  const given = { dataset: "text", model: "table" };

  test("counts candidates and changes as one does by hand", async () => {
    expect(tableProbabilities(boost).best).toBeCloseTo(0.995, 6);
    // Ten tokens. Probable: b a b a b, and b of the second document. x after b and a after x are not.
    const kept = await edit({ ...given, sampler: { type: "top-k", k: 1 } }, { models, datasets });
    expect(kept.output).toMatchObject({
      tokens: 10,
      documents: 2,
      items: 2,
      candidateRate: 0.6,
      changedRate: 0,
      droppedRate: 0,
    });
    expect(edited(kept.last.artifacts, kept.output)).toBe("abababxa\n\nab");
    // The improbable ones are drawn anew among what is best and what stands there: a after b, z after x.
    const rare = await edit(
      { ...given, when: "at-most", threshold: 0.5, sampler: { type: "top-k", k: 1 } },
      { models, datasets },
    );
    expect(rare.output).toMatchObject({ candidateRate: 0.2, changedRate: 0.2 });
    expect(edited(rare.last.artifacts, rare.output)).toBe("abababaz\n\nab");
    const dropped = await edit({ ...given, strategy: "filter" }, { models, datasets });
    expect(dropped.output).toMatchObject({ candidateRate: 0, changedRate: 0, droppedRate: 0.2 });
    expect(edited(dropped.last.artifacts, dropped.output)).toBe("ababab\n\nab");
    const { histogram } = kept.output;
    expect([histogram[0]?.tokens, histogram.at(-1)?.tokens]).toEqual([2, 6]);
    const { best, other } = tableProbabilities(boost);
    expect(kept.output.prior.perplexity).toBeCloseTo(
      Math.exp(-(6 * Math.log(best) + 2 * Math.log(other)) / 8),
      1,
    );
  });

  test("at temperature 1 changes a candidate as often as its renormalised probability says, and no oftener", async () => {
    const pairs = 1500;
    const long = new Map([["text", Array.from({ length: pairs }, () => "ab").join("\n")]]);
    const rates = async (temperature: number) => {
      const { output } = await edit({ ...given, splitAt: "line", temperature }, { models, datasets: long });
      expect(output.candidateRate).toBe(0.5);
      return output.changedRate * 2 * pairs;
    };
    // Among the eight most probable: the best, and seven of equal probability.
    const expected = (temperature: number) => {
      const { best, other } = tableProbabilities(boost, temperature);
      return (7 * other) / (best + 7 * other);
    };
    for (const temperature of [1, 4]) {
      const p = expected(temperature);
      const bound = 4 * Math.sqrt(pairs * p * (1 - p));
      expect(Math.abs((await rates(temperature)) - pairs * p)).toBeLessThan(Math.max(bound, 4));
    }
    // At temperature 4 a third and more change: what holds at 1 does not hold there.
    expect(expected(4)).toBeGreaterThan(0.3);
    expect(expected(1)).toBeLessThan(0.001);
  });

  const lines = Array.from({ length: 5000 }, (_, i) =>
    `n${(i * 7919) % 1000} of ${i}`.slice(0, 2 + (i % 13)),
  ).join("\n");
  const random = new Map([["random", modelFiles(randomModel({ sharpness: 3 }))]]);
  const many = {
    dataset: "text",
    model: "random",
    splitAt: "line",
    threshold: 0.002,
    temperature: 2,
    shardBytes: 8192,
    window: 8,
  };

  test("cut at any pass and resumed, or killed there and begun again, leaves the same bytes", async () => {
    const options = { models: random, datasets: new Map([["text", lines]]) };
    const whole = await edit(many, options);
    expect(whole.slices).toBe(1);
    expect(whole.output.changedRate).toBeGreaterThan(0);
    expect(whole.output.files.length).toBeGreaterThan(4);
    expect(whole.output.items).toBe(5000);
    let asked = 0;
    const checkpoints: Uint8Array[] = [];
    let last = memoryRun({ ...options, outOfTime: () => ++asked % 3 === 0 });
    const input = toedit.input.parse({ task: "edit", ...many });
    for (;;) {
      const result = await toedit.run(input, last.context);
      checkpoints.push(...last.checkpoints.slice(-1));
      if (!("paused" in result)) {
        expect(result).toEqual(whole.output);
        break;
      }
      const { artifacts, checkpoints: saved } = last;
      last = memoryRun({ ...options, artifacts, from: saved.at(-1), outOfTime: () => ++asked % 3 === 0 });
    }
    expect(checkpoints.length).toBeGreaterThan(5);
    expect(last.artifacts).toEqual(whole.last.artifacts);
    for (const from of checkpoints.filter((_, i) => i % 4 === 1)) {
      const again = await edit(many, { ...options, from, artifacts: whole.last.artifacts });
      expect(again.output).toEqual(whole.output);
      expect(again.last.artifacts).toEqual(whole.last.artifacts);
    }
  }, 60_000);

  test("in shards is the whole, row by row", async () => {
    const rows = Array.from({ length: 90 }, (_, i) => ({
      instruction: `say ${i}`,
      output: "ab".repeat(i % 11) + i,
      n: i,
    }));
    const contents = new Map([["rows", rowContent("rows", "instructions", rows)]]);
    const options = { models: random, contents };
    const setting = { ...many, dataset: "rows" };
    const whole = await edit(setting, options);
    const parsed = (run: typeof whole): { n: number; output: string }[] =>
      edited(run.last.artifacts, run.output)
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
    const all = parsed(whole);
    expect(all.map(({ n }) => n)).toEqual(rows.map(({ n }) => n));
    expect(all.some(({ output }, i) => output !== rows[i]?.output)).toBe(true);
    const parts = await Promise.all(
      [0, 1].map((index) => edit({ ...setting, shard: { index, of: 2 } }, options)),
    );
    const joined = parts.flatMap(parsed).sort((a, b) => a.n - b.n);
    expect(joined).toEqual(all);
    expect(parts[1]?.output.files[0]?.name).toBe("edited-1-of-2-00001.jsonl");
  });

  test("without a model trains a prior on the first half of the text, and edits the second", async () => {
    const prior = {
      characters: 6000,
      trainingLength: 16,
      model: { dModel: 16, layers: 1, heads: 2 },
      training: { steps: 8, batch: 4 },
    };
    const { output, last } = await edit({ prior, threshold: 0.05, temperature: 3 });
    expect(output.changedRate).toBeGreaterThan(0);
    expect(output.tokens).toBeLessThan(3100);
    expect(last.models.has("toedit-prior")).toBe(true);
    expect([...last.artifacts.keys()]).toEqual([
      "edited-00001.txt",
      "report.html",
      "probabilities.svg",
      "probabilities.csv",
      "changes.csv",
      "diff.html",
    ]);
    let asked = 0;
    const cut = await edit({ prior, threshold: 0.05, temperature: 3 }, {}, () => ++asked % 3 === 0);
    expect(cut.slices).toBeGreaterThan(3);
    expect(cut.output).toEqual(output);
    expect(cut.last.artifacts).toEqual(last.artifacts);
  });

  test("of a shard without a row is refused by its field, and stops when it is cancelled", async () => {
    const refused = edit({ ...given, shard: { index: 5, of: 9 } }, { models, datasets });
    await expect(refused).rejects.toThrow("dataset: text has no row or document in shard 5 of 9");
    const run = memoryRun({ models, datasets });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(
      toedit.run(toedit.input.parse({ task: "edit", ...given }), { ...run.context, signal }),
    ).rejects.toThrow("enough");
    expect(run.artifacts.size).toBe(0);
  });
});

function logSoftmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)) + largest;
  return logits.map((logit) => logit - total);
}
