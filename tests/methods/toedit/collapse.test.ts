import { describe, expect, test } from "vitest";
import { createRandom } from "../../../shared/lm/random.ts";
import { collapseFindings } from "../../../shared/methods/toedit/collapse-findings.ts";
import { armsOf } from "../../../shared/methods/toedit/collapse-summary.ts";
import { editAtRandom, editRows } from "../../../shared/methods/toedit/edit-rows.ts";
import type { CollapseInput, EditRule } from "../../../shared/methods/toedit/input.ts";
import toedit from "../../../shared/methods/toedit/method.ts";
import { jobsOf } from "../../../shared/methods/toedit/plan.ts";
import { cutRows, mixed, rowAt, rowCount, rowsOf } from "../../../shared/methods/toedit/row-set.ts";
import { type MemoryOptions, memoryRun } from "../../fixtures/memory-context.ts";
import { runToEnd, sentences } from "../../fixtures/run-to-end.ts";
import { randomModel } from "./table-prior.ts";

const datasets = new Map([["text", sentences]]);
const small = {
  task: "collapse",
  dataset: "text",
  trainingLength: 16,
  rows: 24,
  model: { dModel: 16, layers: 1, heads: 2 },
  training: { steps: 4, batch: 4 },
  generations: 2,
  mixtures: [0, 0.5, 1],
  edits: [{ threshold: 0.02, temperature: 2 }],
  parallel: 10,
  seeds: 2,
  evaluationTokens: 256,
  theory: { trials: 10, fits: 3, dimensions: 3, samples: 9 },
};

const parsed = (given: object = {}): CollapseInput => {
  const input = toedit.input.parse({ ...small, ...given });
  if (input.task !== "collapse") throw new Error("a study");
  return input;
};

async function study(given: object = {}, options: MemoryOptions = {}, outOfTime = () => false) {
  const { output, ...rest } = await runToEnd(
    toedit,
    { ...small, ...given },
    { datasets, ...options, outOfTime },
  );
  if (output.task !== "collapse") throw new Error("a study was asked for");
  return { output, ...rest };
}

describe("the plan of a study", () => {
  test("makes every set of rows before a job reads it, and one training for each model", () => {
    const jobs = jobsOf(
      parsed({
        mixtures: [0, 0.25, 0.5, 0.75, 1],
        generations: 3,
        seeds: 3,
        edits: [small.edits[0], { threshold: 0.99, temperature: 1 }],
      }),
    );
    for (const seed of [0, 1, 2]) {
      const made = new Set(["real"]);
      for (const job of jobs.filter((one) => one.seed === seed)) {
        const read = job.kind === "train" ? job.rows : [job.from];
        for (const name of read) expect(made, `${name} for seed ${seed}`).toContain(name);
        const name = job.kind === "train" ? job.writes : job.into;
        if (name !== undefined) {
          expect(made).not.toContain(name);
          made.add(name);
        }
      }
    }
    // Real, three mixtures, three generations of replacing, accumulating, and of two edits and their controls.
    expect(jobs.filter(({ kind }) => kind === "train").length).toBe(3 * (1 + 3 + 3 + 3 + 2 * 2 * 3));
  });

  test("accumulates all rows there were, and replaces them", () => {
    const trainings = jobsOf(parsed({ generations: 3, seeds: 1 })).flatMap((job) =>
      job.kind === "train" ? [job] : [],
    );
    const rows = (arm: string) => trainings.filter((job) => job.arm === arm).map((job) => job.rows);
    expect(rows("replace")).toEqual([["written 1"], ["replace 2"], ["replace 3"]]);
    expect(rows("accumulate")).toEqual([
      ["real", "written 1"],
      ["real", "written 1", "accumulate 2"],
      ["real", "written 1", "accumulate 2", "accumulate 3"],
    ]);
  });
});

describe("rows", () => {
  const width = 5;
  const text = Uint8Array.from({ length: 100 }, (_, i) => i);

  test("are cut from the text, mixed by share, and drawn evenly", () => {
    const real = cutRows(text, 8, width, createRandom(1, "rows"));
    for (let i = 0; i < 8; i++) {
      const row = rowAt(real, i);
      expect([...row]).toEqual(Array.from({ length: width }, (_, j) => (row[0] ?? 0) + j));
    }
    const other = { width, bytes: new Uint8Array(8 * width).fill(200) };
    for (const share of [0, 0.25, 0.5, 1]) {
      const mixture = mixed(real, other, share);
      expect(rowCount(mixture)).toBe(8);
      expect(mixture.bytes.filter((byte) => byte === 200).length / width).toBe(8 * share);
    }
    const [random, row] = [createRandom(2, "draw"), new Int32Array(width)];
    const draw = rowsOf(mixed(real, other, 0.25));
    const drawn = Array.from({ length: 4000 }, () => {
      draw(random, row);
      return row[0] === 200;
    }).filter(Boolean).length;
    expect(Math.abs(drawn - 1000)).toBeLessThan(4 * Math.sqrt(4000 * 0.25 * 0.75));
  });

  test("edited keep their first token, and the control changes as many places, elsewhere", async () => {
    const model = randomModel({ sharpness: 3 });
    const set = cutRows(new TextEncoder().encode(sentences), 40, 17, createRandom(3, "rows"));
    const rule: EditRule = {
      strategy: "high",
      threshold: 0.002,
      when: "at-least",
      dropBelow: 0,
      sampler: { type: "top-k", k: 4 },
      temperature: 3,
    };
    const editing = { prior: model, rule, seed: 4, threads: 1, signal: new AbortController().signal };
    const edited = await editRows(set, editing);
    const differing = (bytes: Uint8Array) => [...bytes.keys()].filter((i) => bytes[i] !== set.bytes[i]);
    const mine = differing(edited.rows.bytes);
    expect(mine.length).toBe(edited.changed);
    expect(edited.changed).toBeGreaterThan(20);
    expect(edited.candidates).toBeGreaterThan(edited.changed);
    expect(mine.every((i) => i % 17 !== 0)).toBe(true);
    const control = await editAtRandom(set, edited.changed, editing);
    const theirs = differing(control.rows.bytes);
    expect(theirs.length).toBe(edited.changed);
    expect(theirs.every((i) => i % 17 !== 0)).toBe(true);
    expect(theirs).not.toEqual(mine);
  });
});

describe("a study", () => {
  test("gives every arm its figures and leaves its report", async () => {
    const { output, last } = await study();
    expect(
      output.arms.map(({ arm, generation, synthetic, seeds }) => [arm, generation, synthetic, seeds]),
    ).toEqual([
      ["Mixture", 0, 0, 2],
      ["Mixture", 1, 0.5, 2],
      ["Mixture", 1, 1, 2],
      ["Real", 0, 0, 2],
      ["Replace", 1, 1, 2],
      ["Replace", 2, 1, 2],
      ["Accumulate", 1, 0.5, 2],
      ["Accumulate", 2, 2 / 3, 2],
      ["Edit, p ≥ 0.02, T 2", 1, null, 2],
      ["Edit, p ≥ 0.02, T 2", 2, null, 2],
      ["Random, p ≥ 0.02, T 2", 1, null, 2],
      ["Random, p ≥ 0.02, T 2", 2, null, 2],
    ]);
    for (const arm of output.arms) {
      expect(arm.bitsPerByte.mean).toBeGreaterThan(1);
      expect(arm.bitsPerByte.mean).toBeLessThan(12);
      expect(arm.perplexity).toBeCloseTo(2 ** arm.bitsPerByte.mean, 10);
    }
    const [edit] = output.arms.filter(({ arm }) => arm.startsWith("Edit"));
    const [control] = output.arms.filter(({ arm }) => arm.startsWith("Random"));
    expect(edit?.changedRate).toBeGreaterThan(0);
    expect(control?.changedRate).toBeCloseTo(edit?.changedRate ?? 0, 12);
    expect([...last.artifacts.keys()]).toEqual([
      "report.html",
      "generations.svg",
      "mixtures.svg",
      "theory.svg",
      "arms.csv",
    ]);
  }, 60_000);

  test("cut after every unit of work and resumed, or killed and begun again, ends with the same figures", async () => {
    const given = { seeds: 2, generations: 1, mixtures: [0, 1] };
    const whole = await study(given);
    let asked = 0;
    const cut = await study(given, {}, () => ++asked % 5 === 0);
    expect(cut.slices).toBeGreaterThan(8);
    expect(cut.output).toEqual(whole.output);
    expect(cut.last.artifacts).toEqual(whole.last.artifacts);
    const { checkpoints } = whole.last;
    expect(checkpoints.length).toBeGreaterThan(8);
    for (const from of checkpoints.filter((_, i) => i % 4 === 2)) {
      const again = await study(given, { from, models: whole.last.models });
      expect(again.output).toEqual(whole.output);
    }
  }, 60_000);

  test("of too short a text is refused by its field, and stops when it is cancelled", async () => {
    expect(
      toedit.input.safeParse({ ...small, characters: 1000, trainingLength: 1024 }).error?.issues[0]?.path,
    ).toEqual(["characters"]);
    const run = memoryRun({ datasets });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(toedit.run(toedit.input.parse(small), { ...run.context, signal })).rejects.toThrow("enough");
  });
});

describe("findings", () => {
  const trial = (
    arm: "real" | "replace" | "accumulate" | "edit" | "control",
    generation: number,
    seed: number,
    bitsPerByte: number,
  ) => ({
    arm,
    generation,
    ...(arm === "edit" || arm === "control" ? { rule: 0 } : {}),
    share: arm === "real" ? 0 : arm === "replace" ? 1 : null,
    seed,
    bitsPerByte,
    candidateRate: null,
    changedRate: null,
  });
  const input = parsed({ generations: 2, edits: [{ threshold: 0.9, temperature: 1.5 }] });
  const findings = (second: number) => {
    const trials = [0, 1, 2].flatMap((seed) => {
      const base = 2 + seed / 2;
      return [
        trial("real", 0, seed, base),
        trial("replace", 1, seed, base + 0.2),
        trial("replace", 2, seed, base + second + seed / 1000),
        trial("accumulate", 2, seed, base + 0.1),
        trial("edit", 2, seed, base + 0.01 + seed / 100),
        trial("control", 2, seed, base + 0.02 + seed / 100),
      ];
    });
    const all = collapseFindings(input, armsOf(input, trials), []);
    return (claim: string) => all.find((finding) => finding.claim.includes(claim));
  };

  test("take differences within a seed: what the seeds differ by hides no collapse", () => {
    const found = findings(0.5);
    expect(found("collapse")).toMatchObject({ holds: true });
    expect(found("collapse")?.text).toContain("+0.200 ± 0.000, +0.501 ± 0.001");
    expect(found("more synthetic")).toMatchObject({ holds: true });
    expect(found("Accumulating")).toMatchObject({ holds: true });
    expect(found("editing loses less than replacing")).toMatchObject({ holds: true });
  });

  test("do not hold where the difference is within its spread, or the generations do not grow", () => {
    expect(findings(0.19)("collapse")).toMatchObject({ holds: false });
    expect(findings(0.5)("random places")).toMatchObject({ holds: false });
    expect(findings(0.5)("better than one on the real text")).toMatchObject({ holds: false });
  });
});
