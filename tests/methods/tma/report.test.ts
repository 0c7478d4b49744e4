import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import type { ReportFile } from "../../../shared/methods/report-files.ts";
import type { OrderName } from "../../../shared/methods/tma/fields.ts";
import { arrangeFindings, headline } from "../../../shared/methods/tma/findings.ts";
import { input } from "../../../shared/methods/tma/input.ts";
import type { ArrangeOutput, OrderResult } from "../../../shared/methods/tma/output.ts";
import { arrangeReport } from "../../../shared/methods/tma/report.ts";

const fractions = [0.05, 0.1, 0.25, 0.5, 1];

/** An order with these figures in its first tenth, and everywhere. */
function order(
  name: OrderName,
  figures: { nearest: number; coverage: number; bigrams: number },
): OrderResult {
  const draws = name === "random" ? 5 : 1;
  const spread = (mean: number) => ({ mean, sd: draws > 1 ? 0.01 : 0 });
  return {
    name,
    items: 1000,
    draws,
    stretches: fractions.map((fraction) => ({
      fraction,
      items: 1000 * fraction,
      nearest: spread(figures.nearest),
      average: spread(0.1),
      coverage: spread(figures.coverage),
      weightedDistance: spread(1.5),
      bigramDivergence: spread(figures.bigrams),
      onTarget: null,
    })),
  };
}

function outputOf(orders: readonly OrderResult[], given: Partial<ArrangeOutput> = {}): ArrangeOutput {
  const known = {
    task: "arrange" as const,
    items: 1000,
    tests: { selecting: 20, heldOut: 20 },
    reportedOn: "held-out" as const,
    embedding: { type: "tfidf", dimensions: 64 },
    roundCount: 2,
    rounds: [
      { size: 600, meanSimilarity: 0.8 },
      { size: 400, meanSimilarity: 0.2 },
    ],
    orders: [...orders],
    optimism: 0.25,
    tasks: [],
    files: [{ name: "near.jsonl", order: "near" as const, items: 1000, bytes: 12_345 }],
    ...given,
  };
  return { ...known, findings: arrangeFindings(known) };
}

const near = order("near", { nearest: 0.7, coverage: 0.8, bigrams: 2 });
const far = order("far", { nearest: 0.1, coverage: 0.2, bigrams: 9 });
const random = order("random", { nearest: 0.4, coverage: 0.6, bigrams: 4 });
const coarse = order("near-tasks", { nearest: 0.75, coverage: 0.5, bigrams: 7 });

describe("findings", () => {
  const verdicts = (output: ArrangeOutput) => output.findings.map(({ holds }) => holds);

  test("hold where the figures say so", () => {
    const output = outputOf([near, far, random, coarse]);
    expect(verdicts(output)).toEqual([true, true, true, true, true, true]);
    expect(output.findings[0]?.text).toContain("Near first 0.700, Random 0.400 ± 0.010");
    expect(output.findings[5]?.text).toContain("75% is there on the held-out half");
  });

  test("do not where they say the opposite, or are within two standard deviations", () => {
    const level = order("random", { nearest: 0.685, coverage: 0.79, bigrams: 2.01 });
    const better = order("near-tasks", { nearest: 0.75, coverage: 0.9, bigrams: 7 });
    const high = order("far", { nearest: 0.9, coverage: 0.9, bigrams: 1 });
    const output = outputOf([near, high, level, better], { optimism: 0.6 });
    expect(verdicts(output)).toEqual([false, false, false, false, false, false]);
  });

  test("are left out where there is nothing to hold them against", () => {
    const output = outputOf([near, far, random], { optimism: null, reportedOn: "selecting" });
    expect(output.findings).toHaveLength(4);
    expect(output.findings[0]?.claim).toContain("the test items that selected");
  });

  test("without a held-out half the headline says what that means", () => {
    const alone = outputOf([near, far, random], {
      tests: { selecting: 40, heldOut: 0 },
      reportedOn: "selecting",
    });
    expect(headline(alone).detail).toContain("flatter the order");
    expect(headline(outputOf([near, random])).summary).toContain(
      "first tenth has a mean cosine of 0.700 with the nearest held-out test item, a random tenth 0.400 ± 0.010",
    );
  });
});

function arrangeInput() {
  const given = input.parse({});
  if (given.task !== "arrange") throw new Error("nothing else is the default");
  return given;
}

describe("the report", () => {
  const points = [0, 50, 100].map((x) => ({ x, y: x / 100 }));
  const arrangement = (output: ArrangeOutput, sizes: readonly number[] = [600, 400]) => ({
    run: { runId: "0190aa", seed: 7 },
    input: arrangeInput(),
    output,
    rounds: { sizes, means: sizes.map((size) => 1 / size) },
    nearestAlong: [{ name: "near" as const, points }],
    targetAlong: [],
    names: { items: "A <set> & more", tests: "tests" },
  });
  const bodyOf = (files: readonly ReportFile[], name: string) =>
    files.find((one) => one.name === name)?.body ?? "";
  const output = outputOf([near, far, random, coarse]);
  const files = arrangeReport(arrangement(output));
  const { document } = parseHTML(bodyOf(files, "report.html"));

  test("shows the result first, then its plot and every finding", () => {
    expect(document.querySelector(".summary")?.textContent).toBe(headline(output).summary);
    expect(document.querySelector("main > figure")?.id).toBe("similarity-along-the-order");
    const shown = [...document.querySelectorAll(".verdicts .claim")].map(({ textContent }) => textContent);
    expect(shown).toEqual(output.findings.map(({ claim }) => claim));
    expect(document.querySelector("dl")?.textContent).toContain("A <set> & more");
  });

  test("has a row for each order on the page, and for each stretch in the table for other tools", () => {
    const tables = [...document.querySelectorAll("table")];
    const orders = tables.find((table) => table.textContent?.includes("Covered"));
    expect(orders?.querySelectorAll("tbody tr")).toHaveLength(4);
    const lines = bodyOf(files, "orders.csv").trimEnd().split("\r\n");
    expect(lines).toHaveLength(1 + 4 * 5);
    expect(lines[2]).toBe("Near first,0.1,100,0.7,,0.1,,0.8,,1.5,,2,");
    expect(lines[12]).toBe("Random,0.1,100,0.4,0.01,0.1,0.01,0.6,0.01,1.5,0.01,4,0.01");
    expect(bodyOf(files, "rounds.csv").split("\r\n")[2]).toBe("2,400,0.0025");
  });

  test("without tasks says nothing of them", () => {
    expect(files.map(({ name }) => name)).not.toContain("tasks.csv");
    expect([...document.querySelectorAll("h2")].map(({ textContent }) => textContent)).not.toContain("Tasks");
  });

  test("of very many rounds leaves their table beside the page, and draws them thinned", () => {
    const many = arrangeReport(
      arrangement(
        output,
        Array.from({ length: 20_000 }, () => 1),
      ),
    );
    expect(many.at(-1)?.name).toBe("rounds.csv");
    expect(bodyOf(many, "report.html").length).toBeLessThan(400_000);
    expect(bodyOf(many, "rounds.csv").split("\r\n")).toHaveLength(20_002);
  });

  test("is the same bytes again", () => expect(arrangeReport(arrangement(output))).toEqual(files));
});
