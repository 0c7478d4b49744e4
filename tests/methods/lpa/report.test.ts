import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { convertReport } from "../../../shared/methods/lpa/convert-report.ts";
import { compareFindings } from "../../../shared/methods/lpa/findings.ts";
import { input } from "../../../shared/methods/lpa/input.ts";
import { type Comparison, compareReport } from "../../../shared/methods/lpa/report.ts";
import { variantsOf } from "../../../shared/methods/lpa/variants.ts";
import type { ReportFile } from "../../../shared/methods/report-files.ts";
import { compareInput, smallRun } from "./small-run.ts";

const run = { runId: "0190aa", seed: 7 };

function comparison(seeds: number): Comparison {
  const variants = smallRun(seeds);
  const points = Array.from({ length: 50 }, (_, at) => ({ step: at + 1, loss: 2 + 3 * Math.exp(-at / 9) }));
  const curves = variantsOf(compareInput()).flatMap(({ key }) =>
    Array.from({ length: seeds }, (_, seed) => ({ variant: key, seed, points })),
  );
  return {
    run,
    input: compareInput({ seeds }),
    output: { task: "compare", variants, findings: compareFindings(variants) },
    curves,
    text: "A <text> & more",
  };
}

const bodyOf = (files: readonly ReportFile[], name: string) => {
  const file = files.find((one) => one.name === name);
  if (file === undefined) throw new Error(`No file ${name}`);
  return file.body;
};
const pageOf = (files: readonly ReportFile[]) => parseHTML(bodyOf(files, "report.html")).document;

describe("a comparison's report", () => {
  const files = compareReport(comparison(3));
  const document = pageOf(files);

  test("page, plots and table", () => {
    expect(files.map(({ name }) => name)).toEqual([
      "report.html",
      "loss-by-parameters.svg",
      "loss-by-flops.svg",
      "tuning.svg",
      "training-loss.svg",
      "variants.csv",
    ]);
  });

  test("the result comes first, then the frontier; every finding is there with its verdict", () => {
    expect(document.querySelector(".summary")?.textContent).toContain("against the dense model's 1.733");
    expect(document.querySelector("main > figure")?.id).toBe("loss-by-parameters");
    const shown = [...document.querySelectorAll(".verdicts li")].map((item) => [
      item.querySelector(".claim")?.textContent,
      item.querySelector(".verdict")?.textContent,
    ]);
    expect(shown).toEqual(
      compareFindings(smallRun()).map(({ claim, holds }) => [claim, holds ? "Holds" : "Does not hold"]),
    );
  });

  test("the frontier has a bar of one standard deviation at each point, and joins the ranks", () => {
    const svg = bodyOf(files, "loss-by-parameters.svg");
    expect(svg).toContain("Low-rank attention, 274k: 1.7950 ± 0.0050");
    expect(svg).toContain("Parameter-matched, r 24, 357k: 1.7190 ± 0.0050");
    const single = bodyOf(compareReport(comparison(1)), "loss-by-parameters.svg");
    const rules = (text: string) => text.split('aria-label="rule"').length - 1;
    expect(rules(svg) - rules(single)).toBe(7);
  });

  test("the table for other tools holds every figure in full", () => {
    const lines = bodyOf(files, "variants.csv").trimEnd().split("\r\n");
    expect(lines).toHaveLength(9);
    expect(lines[1]).toBe(
      `dense,Dense,,,3,256,357000,714000,2142000,20000,200,20000000,0.004,1.733,0.005,${Math.exp(1.733)}`,
    );
    expect(bodyOf(compareReport(comparison(1)), "variants.csv")).toContain(`0.004,1.733,,${Math.exp(1.733)}`);
  });

  test("the paper's sizes stand beside this run's", () => {
    const table = [...document.querySelectorAll("table")].find((one) => one.textContent?.includes("Saved"));
    const rows = [...(table?.querySelectorAll("tbody tr") ?? [])].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows[0]).toEqual(["Paper, 130M: d 768, 12 layers, r 128", "134,100,000", "115,200,000", "14.1%"]);
    expect(rows.at(-1)).toEqual(["This run, r 12", "357,000", "274,000", "23.2%"]);
  });

  test("the same comparison gives the same bytes", () => expect(compareReport(comparison(3))).toEqual(files));

  test("one seed: no verdict beyond what was seen", () => {
    const verdicts = new Set(
      [...pageOf(compareReport(comparison(1))).querySelectorAll(".verdict")].map((one) => one.textContent),
    );
    expect(verdicts).toEqual(new Set(["Seen once", "Not seen"]));
  });
});

test("a conversion shows the loss by rank, before and after", () => {
  const given = input.parse({ task: "convert", model: "m1", ranks: [16, 8], factorisations: ["plain"] });
  if (given.task !== "convert") throw new Error("A conversion was asked for");
  const scored = (loss: number) => ({ loss, perplexity: Math.exp(loss) });
  const models = [16, 8].map((rank) => ({
    factorisation: "plain" as const,
    rank,
    model: `m-${rank}`,
    parameters: 800 + rank,
    weightError: 0.1,
    outputError: 0.2,
    before: scored(2 + 1 / rank),
    after: scored(1.8),
  }));
  const output = {
    task: "convert" as const,
    original: { parameters: 1000, before: scored(1.75), after: scored(1.7) },
    models,
    findings: [],
  };
  const judged = ["dense", "plain-16", "plain-8"].map((key) => ({ key, points: [{ step: 1, loss: 2 }] }));
  const files = convertReport({ run, input: given, output, judged, length: 64, text: "Speeches" });
  expect(files.map(({ name }) => name)).toEqual([
    "report.html",
    "loss-by-rank.svg",
    "training-loss.svg",
    "models.csv",
  ]);
  expect(pageOf(files).querySelector(".summary")?.textContent).toBe(
    "At rank 16 the plain factors take the loss from 1.750 to 2.063 nats per token, 1.800 after fine-tuning (+2.9%), with 18% of the parameters saved.",
  );
  const lines = bodyOf(files, "models.csv").trimEnd().split("\r\n");
  expect(lines[0]).toBe(
    "model,rank,parameters,weight_error,output_error,loss,loss_tuned,perplexity,perplexity_tuned",
  );
  expect(lines[2]).toMatch(/^Plain SVD,16,816,0.1,0.2,2.0625,1.8,/);
});
