import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import type { ReportFile } from "../../../../shared/methods/report-files.ts";
import { compareArms } from "../../../../shared/methods/tma/study/compare.ts";
import { studyFindings } from "../../../../shared/methods/tma/study/findings.ts";
import { type StudyOrder, study } from "../../../../shared/methods/tma/study/input.ts";
import type { StudyOutput } from "../../../../shared/methods/tma/study/output.ts";
import { type Job, jobsOf } from "../../../../shared/methods/tma/study/plan.ts";
import { headline, studyReport } from "../../../../shared/methods/tma/study/report.ts";
import {
  type Done,
  figuresByArm,
  ordersStudied,
  subsetsStudied,
} from "../../../../shared/methods/tma/study/summarise.ts";

const names: readonly StudyOrder[] = ["near", "far", "random"];
const height: Readonly<Record<string, number>> = { near: 1, random: 2, far: 3, nearest: 1, farthest: 3 };
const stops = [0, 5, 10, 55, 100];

/** Losses that fall in a straight line from 8, faster where the order is near; near first ends above the others. */
function doneWith(seeds: number, offTarget: boolean): Done[] {
  const input = { seeds, orders: [...names], subsets: { shares: [0.25], passes: 1 } };
  return jobsOf(input, { names: [], of: new Int32Array() }).map((job: Job) => {
    const slope = 0.3 - 0.05 * (height[job.name] ?? 0) + 0.001 * job.seed;
    const lossAt = (step: number) => (job.name === "near" && step > 10 ? 7 : 8 - slope * Math.min(step, 20));
    const points = (job.kind === "subset" ? [25] : stops).map((step) => ({
      step,
      target: lossAt(step),
      offTarget: offTarget ? lossAt(step) + 1 : null,
    }));
    const scores = { exactMatch: 0.25, rougeL: 0.5 };
    return {
      job,
      trial: { points, selecting: 1, answers: [`${job.name} <b>`], model: `tma-${job.name}` },
      scores,
    };
  });
}

function studied(seeds: number, offTarget = true) {
  const done = doneWith(seeds, offTarget);
  const known = {
    ...{ task: "study" as const, items: 1600, steps: 100, seeds, parameters: 1000 },
    tests: { selecting: 20, heldOut: 20, evaluated: 20, answered: 1, seenInTraining: 0.25 },
    offTargetItems: offTarget ? 12 : 0,
    leftOut: { tooLong: 3, blank: 0, surplus: 1 },
    orders: ordersStudied(done, names, 100),
    subsets: subsetsStudied(done, { batch: 16, passes: 1 }),
    comparisons: compareArms(figuresByArm(done, 100), names, [0.25]),
  };
  const output: StudyOutput = { ...known, findings: studyFindings(known) };
  const input = study.parse({ task: "study", seeds });
  const run = { runId: "0190aa", seed: 7 };
  const answered = [{ prompt: `${"context ".repeat(20)}the question?`, answer: "right & good" }];
  const files = studyReport({
    run,
    input,
    output,
    done,
    answered,
    names: { items: "items", tests: "tests" },
  });
  return { files, output };
}
const bodyOf = (files: readonly ReportFile[], name: string) =>
  files.find((one) => one.name === name)?.body ?? "";

describe("figures over the seeds", () => {
  const { output } = studied(3);

  test("are means and spreads of the seeds' own", () => {
    const [near] = output.orders;
    expect(near?.loss.map(({ fraction }) => fraction)).toEqual([0, 0.05, 0.1, 0.55, 1]);
    expect(near?.loss[2]?.mean).toBeCloseTo(8 - 10 * 0.251, 9);
    expect(near?.loss[2]?.sd).toBeCloseTo(0.01, 9);
    // A straight line's mean over the first tenth is its value in the middle.
    expect(near?.early.mean).toBeCloseTo(8 - 5 * 0.251, 9);
    expect(near?.offTargetEarly?.mean).toBeCloseTo(9 - 5 * 0.251, 9);
    expect(near?.end).toEqual({ mean: 7, sd: 0 });
    expect(near?.exactMatch).toEqual({ mean: 0.25, sd: 0 });
    expect(output.subsets.map(({ name, items, steps }) => [name, items, steps])).toEqual([
      ["nearest", 400, 25],
      ["random", 400, 25],
      ["farthest", 400, 25],
    ]);
  });

  test("and the headline has near and random, early and at the end", () => {
    expect(headline(output).summary).toBe(
      "Over the first tenth of the epoch the near order's held-out loss is 6.745 ± 0.005, a random order's 6.995 ± 0.005; at the end 7.000 and 3.980 ± 0.020.",
    );
    expect(headline(output).detail).toContain("sees 20 test items");
  });
});

describe("the report of a study", () => {
  const { files, output } = studied(3);
  const { document } = parseHTML(bodyOf(files, "report.html"));
  const textOf = (selector: string) =>
    [...document.querySelectorAll(selector)].map(({ textContent }) => textContent);
  const tableWith = (heading: string) =>
    [...document.querySelectorAll("table")].find((table) => table.textContent?.includes(heading));

  test("says what shows and what does not", () => {
    expect(document.querySelector(".summary")?.textContent).toBe(headline(output).summary);
    expect(textOf(".verdict")).toEqual([
      ...["Shown", "Shown", "Not shown", "Not shown", "Shown", "Shown", "Not shown", "Shown"],
    ]);
    expect(textOf(".claim")).toEqual(output.findings.map(({ claim }) => claim));
  });

  test("has the curves, the window and the off-target loss, the claims, and the paper's figures", () => {
    expect([...document.querySelectorAll("figure")].map(({ id }) => id)).toEqual([
      "loss-along-the-epoch",
      "loss-in-the-first-tenth",
      "off-target-loss",
    ]);
    const claims = tableWith("Early speed");
    expect(claims?.querySelectorAll("tbody tr")).toHaveLength(8);
    expect(claims?.textContent).toContain("Near first − Random−0.250 ± 0.0003 of 3lower");
    expect(claims?.textContent).toContain("Near first − Random+3.020 ± 0.0200 of 3higher");
    expect(tableWith("Flan-mini")).toBeDefined();
    expect(textOf("section").join(" ")).toContain(
      "3 of more than 256 tokens, 1 for which no whole batch was left",
    );
  });

  test("shows answers with the end of a long question, and as text", () => {
    const answers = tableWith("Instruction");
    expect(answers?.textContent).toContain("the question?");
    expect(answers?.textContent).toContain("right & good");
    expect(answers?.textContent).toContain("near <b>");
    expect(answers?.textContent).not.toContain("context ".repeat(10));
  });

  test("leaves every loss and every comparison as tables for other tools", () => {
    const lines = (name: string) => bodyOf(files, name).trimEnd().split("\r\n");
    expect(lines("curves.csv")).toHaveLength(1 + 3 * (3 * 5 + 3));
    expect(lines("curves.csv")[0]).toBe("training,share,seed,step,fraction,target_loss,off_target_loss");
    expect(lines("claims.csv")).toHaveLength(1 + output.comparisons.length);
    expect(lines("orders.csv")[0]).toContain("off_target_end,off_target_end_sd");
    expect(lines("subsets.csv")).toHaveLength(4);
  });

  test("of one seed claims nothing beyond what it saw; without tasks it says what is not measured", () => {
    const one = studied(1, false);
    const { document: page } = parseHTML(bodyOf(one.files, "report.html"));
    const words = [...page.querySelectorAll(".verdict")].map(({ textContent }) => textContent);
    expect(new Set(words)).toEqual(new Set(["Seen once", "Not seen"]));
    expect(page.body.textContent).toContain("name no tasks that the test set has none of");
    expect(one.files.map(({ name }) => name)).not.toContain("off-target-loss.svg");
  });

  test("is the same bytes again", () => expect(studied(3).files).toEqual(files));
});
