import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import method from "../../../shared/methods/calf/method.ts";
import { runToEnd } from "../../fixtures/run-to-end.ts";
import { fileContent } from "./fixtures.ts";

const folder = "../shared/data/lfqa";

async function evaluated(file: string, input: object) {
  const contents = new Map([["data", fileContent("judgements", `${folder}/${file}`)]]);
  const { output } = await runToEnd(method, { dataset: "data", draws: 100, ...input }, { contents });
  if (output.task !== "meta-evaluate") throw new Error("a meta-evaluation expected");
  return output;
}

describe.skipIf(!existsSync(folder))("real judgements (skipped where ../shared/data is absent)", () => {
  test("on LFQA-E's Chinese comparisons the published baselines come out, to a tenth of a point", async () => {
    const output = await evaluated("lfqa-e-zh.json", {
      tokens: "calf",
      smoothing: "floor",
      metrics: ["rouge-1", "rouge-2", "rouge-l", "rouge-2-recall", "bleu", "tf-idf", "idf-recall"],
    });
    expect([output.judgements, output.questions]).toEqual([1193, 592]);
    const percent = (name: string) =>
      ["all", "human_vs_model", "model_vs_model"].map(
        (setting) =>
          100 * (output.metrics.find((one) => one.name === name && one.setting === setting)?.accuracy ?? 0),
      );
    const wanted = {
      "majority-label": [50.2, 49.3, 52.6],
      "longer-tokens": [51.0, 49.7, 52.4],
      "rouge-1": [46.4, 51.0, 41.9],
      "rouge-2": [48.2, 52.9, 43.6],
      "rouge-l": [46.6, 51.7, 41.6],
      "rouge-2-recall": [54.1, 56.1, 52.3],
      bleu: [50.0, 54.5, 45.6],
      "tf-idf": [54.4, 58.8, 50.1],
      "idf-recall": [55.6, 59.3, 51.9],
    };
    for (const [name, figures] of Object.entries(wanted)) {
      for (const [at, found] of percent(name).entries()) {
        expect(Math.abs(found - (figures[at] ?? 0)), `${name} ${found}`).toBeLessThan(0.1);
      }
    }
    for (const { accuracy, low, high } of output.metrics) {
      expect(low).toBeLessThan(accuracy);
      expect(high).toBeGreaterThan(accuracy);
    }
  }, 180_000);

  test("on HaluQuestQA's preferences the longer answer is preferred in 78.2 % of those that differ in length", async () => {
    const output = await evaluated("haluquestqa-preference.csv", { metrics: ["bleu"] });
    const longer = output.metrics.find(({ name }) => name === "longer");
    expect([output.judgements, output.sidesDrawn]).toEqual([698, true]);
    expect(longer?.decided).toBeCloseTo(0.782, 3);
    // One pair has the same length: as a tie it is wrong.
    expect(longer?.ties).toEqual({ labelled: 0, predicted: 1, right: 0 });
    expect(longer?.accuracy).toBeCloseTo(545 / 698, 12);
    expect(output.skipped.map(({ name }) => name)).toEqual(["bleu"]);
  });
});
