import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { continueReport } from "../../../shared/methods/fope/continue-report.ts";
import { convertReport } from "../../../shared/methods/fope/convert-report.ts";
import { compareFindings } from "../../../shared/methods/fope/findings.ts";
import { input, variantNames } from "../../../shared/methods/fope/input.ts";
import { labelOf, styleOf } from "../../../shared/methods/fope/labels.ts";
import { type Comparison, compareReport } from "../../../shared/methods/fope/report.ts";
import type { ReportFile } from "../../../shared/methods/report-files.ts";
import { compareInput, smallCurves, smallDepths, smallRun, trainingLength } from "./small-run.ts";

const run = { runId: "0190aa", seed: 7 };

function comparison(seeds: number, change: Partial<Comparison> = {}): Comparison {
  const variants = smallRun(seeds);
  return {
    run,
    input: compareInput({ seeds }),
    output: { task: "compare", variants, findings: compareFindings(variants, trainingLength) },
    curves: smallCurves(seeds),
    depths: smallDepths(),
    text: "A <text> & more",
    ...change,
  };
}

const bodyOf = (files: readonly ReportFile[], name: string) => {
  const file = files.find((one) => one.name === name);
  if (file === undefined) throw new Error(`No file ${name}`);
  return file.body;
};
const names = (files: readonly ReportFile[]) => files.map((file) => file.name);
const pageOf = (files: readonly ReportFile[]) => parseHTML(bodyOf(files, "report.html")).document;

describe("a comparison's report", () => {
  const files = compareReport(comparison(3));
  const document = pageOf(files);

  test("page, plots and table, each with its type", () => {
    expect(files.map(({ name, type }) => [name, type])).toEqual([
      ["report.html", "text/html; charset=utf-8"],
      ["loss-by-length.svg", "image/svg+xml"],
      ["passkey-by-length.svg", "image/svg+xml"],
      ["passkey-by-depth.svg", "image/svg+xml"],
      ["training-loss.svg", "image/svg+xml"],
      ["variants.csv", "text/csv; charset=utf-8"],
    ]);
  });

  test("the result comes first, then the plot; every finding is there with its verdict", () => {
    expect(document.querySelector(".summary")?.textContent).toContain(
      "2.144 nats per token against RoPE's 2.920",
    );
    expect(document.querySelector("main > figure")?.id).toBe("loss-by-length");
    const findings = compareFindings(smallRun(3), trainingLength);
    const shown = [...document.querySelectorAll(".verdicts li")].map((item) => [
      item.querySelector(".claim")?.textContent,
      item.querySelector(".verdict")?.textContent,
    ]);
    expect(shown).toEqual(findings.map(({ claim, holds }) => [claim, holds ? "Holds" : "Does not hold"]));
  });

  test("facts: run, seed, method with its link, text", () => {
    const facts = new Map(
      [...document.querySelectorAll(".fact")].map((fact) => [
        fact.querySelector("dt")?.textContent,
        fact.querySelector("dd")?.textContent,
      ]),
    );
    expect(facts.get("Run")).toBe("0190aa");
    expect(facts.get("Seed")).toBe("7");
    expect(facts.get("Text")).toBe("A <text> & more");
    expect(document.querySelector("dd a")?.getAttribute("href")).toBe("https://arxiv.org/abs/2412.17739");
  });

  test("the paper's figures are beside this run's, and called the paper's", () => {
    const table = [...document.querySelectorAll("table")].find((one) =>
      one.textContent?.includes("Rise to 8×"),
    );
    const rows = [...(table?.querySelectorAll("tbody tr") ?? [])].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows).toEqual([
      ["RoPE", "Paper", "5.50", "6.01", "6.58", "6.99", "7.16", "1.49"],
      ["RoPE", "This run", "1.73", "1.99", "2.53", "2.92", "3.24", "1.19"],
      ["RoPE + QK-norm", "Paper", "5.46", "5.56", "5.89", "6.32", "6.66", "0.86"],
      ["NoPE", "Paper", "5.65", "6.03", "6.60", "6.81", "6.99", "1.16"],
      ["NoPE", "This run", "2.24", "2.30", "2.39", "2.46", "2.54", "0.22"],
    ]);
  });

  test("the table for other tools holds every figure in full", () => {
    const lines = bodyOf(files, "variants.csv").trimEnd().split("\r\n");
    expect(lines).toHaveLength(1 + 5 * 5);
    expect(lines[0]).toBe(
      "variant,length,multiple,seeds,loss,loss_sd,passkey_accuracy,passkey_accuracy_sd,passkey_symbols,parameters,tokens_per_second",
    );
    expect(lines[2]).toBe("rope,128,2,3,1.99,0.02,0.83,0.02,0.9110433579144299,131776,12900");
  });

  test("the page carries its files, and the result", () => {
    const links = [...document.querySelectorAll("a[download]")].map((link) => link.getAttribute("download"));
    expect(links).toEqual([...names(files).slice(1), "result.json"]);
  });

  test("the same comparison gives the same bytes", () => expect(compareReport(comparison(3))).toEqual(files));

  test("depths of several seeds are averaged by their prompts", () => {
    const cell = { variant: "fope", length: 64, depth: 0 };
    const depths = [
      { ...cell, accuracy: 1, trials: 30 },
      { ...cell, accuracy: 0, trials: 10 },
    ];
    const svg = bodyOf(compareReport(comparison(3, { depths })), "passkey-by-depth.svg");
    expect(svg).toContain("FoPE, 64, 0%: 75%, 40 prompts");
  });
});

describe("what was not run is not shown", () => {
  test("one seed: no spread, no verdict beyond what was seen, an empty spread in the table", () => {
    const files = compareReport(comparison(1));
    const document = pageOf(files);
    const verdicts = new Set([...document.querySelectorAll(".verdict")].map((one) => one.textContent));
    expect(verdicts).toEqual(new Set(["Seen once", "Not seen"]));
    expect(bodyOf(files, "loss-by-length.svg")).not.toContain('aria-label="area"');
    expect(bodyOf(files, "variants.csv")).toContain("rope,64,1,1,1.733,,1,,1,");
  });

  test("no passkey, no curves: their plots, tables and sections are left out", () => {
    const variants = smallRun(1).map((one) => ({ ...one, passkey: [] }));
    const output = { task: "compare" as const, variants, findings: [] };
    const files = compareReport(comparison(1, { output, depths: [], curves: [] }));
    expect(names(files)).toEqual(["report.html", "loss-by-length.svg", "variants.csv"]);
    expect(bodyOf(files, "report.html")).not.toMatch(/passkeys found|What this run shows/i);
  });

  test("variants that are not trained have no speed, and are named", () => {
    const rope = smallRun(1).slice(0, 1);
    const variants = [...rope, ...rope.map((one) => ({ ...one, name: "yarn", tokensPerSecond: null }))];
    const output = { task: "compare" as const, variants, findings: [] };
    expect(bodyOf(compareReport(comparison(1, { output })), "report.html")).toContain("Not trained: YaRN.");
  });
});

test("a conversion shows which frequencies live", () => {
  const given = input.parse({ task: "convert", headDim: 8, heads: 2, trainingLength: 64 });
  if (given.task !== "convert") throw new Error("A conversion was asked for");
  const output = {
    task: "convert" as const,
    liveFrequencies: 2,
    clippedFrequencies: 2,
    frequencies: [1, 0.1],
    file: "fope.safetensors",
  };
  const files = convertReport({ run, input: given, output });
  expect(names(files)).toEqual(["report.html", "frequencies.svg", "frequencies.csv"]);
  expect(pageOf(files).querySelector(".summary")?.textContent).toBe(
    "2 of 4 frequencies complete a period within 64 tokens; the other 2 are clipped.",
  );
  const rows = bodyOf(files, "frequencies.csv")
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));
  expect(rows.map((row) => row[3])).toEqual(["state", "live", "live", "clipped", "clipped"]);
  expect(Number(rows[2]?.[1])).toBeCloseTo(0.1, 12);
  expect(Number(rows[2]?.[2])).toBeCloseTo(20 * Math.PI, 9);
});

test("a continuation shows the loss before and after", () => {
  const given = input.parse({ task: "continue", model: "m1", trainingLength: 128, training: { steps: 300 } });
  if (given.task !== "continue") throw new Error("A continuation was asked for");
  const stage = (losses: readonly number[]) =>
    losses.map((loss, index) => ({ length: 128 * 2 ** index, loss }));
  const output = {
    task: "continue" as const,
    model: "m2",
    before: stage([1.8, 3.2]),
    converted: stage([2, 2.8]),
    after: stage([1.75, 2.4]),
    findings: [{ claim: "It helps", holds: true, text: "It did." }],
  };
  const points = [
    { step: 1, loss: 2 },
    { step: 2, loss: 1.9 },
  ];
  const files = continueReport({ run, input: given, output, points, text: "Speeches" });
  expect(names(files)).toEqual(["report.html", "loss-by-length.svg", "training-loss.svg", "loss.csv"]);
  expect(pageOf(files).querySelector(".summary")?.textContent).toBe(
    "300 steps as FoPE take the loss at 256 tokens from 3.200 to 2.400 nats per token (−25.0%).",
  );
  expect(bodyOf(files, "loss.csv")).toBe(
    "length,multiple,before,converted,after\r\n128,1,1.8,2,1.75\r\n256,2,3.2,2.8,2.4\r\n",
  );
});

test("every variant has a name and a look of its own", () => {
  expect(new Set(variantNames.map(labelOf)).size).toBe(variantNames.length);
  expect(new Set(variantNames.map(styleOf)).size).toBe(variantNames.length);
});
