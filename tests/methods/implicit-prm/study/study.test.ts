import { expect, test } from "vitest";
import { lossNames } from "../../../../shared/methods/implicit-prm/labels.ts";
import method from "../../../../shared/methods/implicit-prm/method.ts";
import { needs } from "../../../../shared/methods/implicit-prm/needs.ts";
import { runToEnd } from "../../../fixtures/run-to-end.ts";

const once = { steps: 1 };
const small = {
  task: "study",
  seeds: 2,
  data: {
    ...{ size: { dModel: 16, layers: 1, heads: 2 }, policy: { steps: 2, batch: 4 } },
    ...{ problems: 4, responses: 3, developmentProblems: 2, heldOutProblems: 3, candidates: 4 },
  },
  losses: ["ce", "kto"],
  training: { batch: 4 },
  paces: { ce: { steps: 2 }, kto: once, orm: once, verifier: once, exact: once, shepherd: { steps: 2 } },
  shepherd: { rollouts: 2 },
  more: { problems: 2, steps: 1 },
  draws: 10,
};

async function studied(input: object, outOfTime?: () => boolean) {
  const { output, ...rest } = await runToEnd(method, input, { seed: 3, ...(outOfTime && { outOfTime }) });
  if (output.task !== "study") throw new Error("a study expected");
  return { output, ...rest };
}

test("cut and resumed at every other question whether time is over, it gives the same bytes", async () => {
  const whole = await studied(small);
  let asked = 0;
  const cut = await studied(small, () => asked++ % 3 === 2);
  expect(cut.slices).toBeGreaterThan(15);
  expect(cut.output).toEqual(whole.output);
  expect(cut.last.artifacts).toEqual(whole.last.artifacts);
});

test("a policy that has learnt nothing is said to be so before any figure", async () => {
  const { output, last } = await studied({ ...small, seeds: 1 });
  expect(output.policy.labelsSay).toBe(false);
  expect(output.findings[0]).toMatchObject({ holds: false });
  expect(output.findings[0]?.text).toContain("the policy has not learnt the task");
  expect(String(last.artifacts.get("report.html")?.body)).toContain("Take no figure");
});

/** One layer learns to write digits and line feeds, and sums a little. */
const learning = {
  ...small,
  data: {
    ...small.data,
    policy: { steps: 150, batch: 32, learningRate: 1e-2 },
    ...{ problems: 40, responses: 4, developmentProblems: 10, heldOutProblems: 10 },
  },
  losses: lossNames,
  paces: { ...small.paces, dpo: once, nca: once },
};

test("every judge has its areas, choices, costs; what is compared is over the same seeds", async () => {
  const { output, last } = await studied(learning);
  const judges = [
    ...["ce", "dpo", "kto", "nca", "ce-large", "policy-ce", "policy-dpo", "reference"],
    ...["orm", "verifier", "shepherd", "shepherd-full", "exact"],
  ];
  expect(output.stepAuroc.map(({ method }) => method)).toEqual(judges);
  expect(output.outcomeAuroc.map(({ method }) => method)).toEqual(judges);
  for (const { mean, sd, seeds } of output.stepAuroc) {
    const [first, second] = [seeds[0] ?? Number.NaN, seeds[1] ?? Number.NaN];
    expect(mean).toBeCloseTo((first + second) / 2, 12);
    expect(sd).toBeCloseTo(Math.abs(first - second) / Math.SQRT2, 12);
  }
  expect(new Set(output.bestOfN.map(({ method }) => method))).toEqual(
    new Set([...judges, "first", "majority", "oracle"]),
  );
  expect([...new Set(output.bestOfN.map(({ n }) => n))]).toEqual([1, 2, 4]);
  const at = (name: string, by: string) =>
    output.bestOfN.find((one) => one.n === 4 && one.method === name && one.by === by);
  const oracle = at("oracle", "oracle")?.accuracy ?? Number.NaN;
  for (const { n, accuracy, overMajority } of output.bestOfN) {
    if (n !== 4) continue;
    expect(accuracy).toBeLessThanOrEqual(oracle);
    expect(accuracy - (at("majority", "majority")?.accuracy ?? Number.NaN)).toBeCloseTo(overMajority.by, 12);
  }
  expect([...last.artifacts.keys()]).toEqual([
    ...["report.html", "best-of-n.svg", "area-by-compute.svg"],
    ...["areas.csv", "process.csv", "best-of-n.csv", "wrong-process.csv", "compute.csv"],
  ]);
  const ce = output.compute.find(({ method }) => method === "ce");
  expect(ce).toMatchObject({
    responses: 160,
    forwardTokens: 2 * 160 * 32,
    trainedTokens: 2 * 4 * 32,
    besideCe: 1,
  });
  const kto = output.compute.find(({ method }) => method === "kto");
  expect(kto).toMatchObject({ forwardTokens: 3 * 160 * 32, trainedTokens: 2 * 4 * 32 });
  const full = output.compute.find(({ method }) => method === "shepherd-full");
  expect(full?.responses).toBe(160);
  expect((full?.forwardTokens ?? 0) / (160 * 32)).toBeCloseTo(1 + 5 * 2, 0); // less where a step has no line of its own
  expect(full?.besideCe).toBeCloseTo(output.shepherd.costRatio, 10);
  const equal = output.compute.find(({ method }) => method === "shepherd");
  expect(equal?.besideCe).toBeLessThanOrEqual(1);
  expect(equal?.responses).toBe(output.shepherd.responses[0]);
  expect(output.policy.rightAnswers).toBeGreaterThan(0);
  const processes = output.wrongProcess.map(({ method }) => method);
  expect(processes).toHaveLength(judges.length + 2);
  expect(new Set(processes)).toEqual(new Set(["majority", "oracle", ...judges]));
});

test("what cannot be studied is refused by its field", () => {
  const path = (input: object) => method.input.safeParse(input).error?.issues[0]?.path;
  expect(path({ ...small, losses: ["dpo"] })).toEqual(["losses"]);
  expect(path({ ...small, losses: ["ce", "ce"] })).toEqual(["losses"]);
  expect(path({ ...small, sizes: [5] })).toEqual(["sizes"]);
  expect(path({ ...small, paces: { ce: { steps: 0 } } })).toEqual(["paces", "ce", "steps"]);
  expect(needs(method.input.parse(small))).toEqual({});
});

test("a loss over pairs without any is refused", async () => {
  await expect(studied({ ...small, losses: ["ce", "dpo"] })).rejects.toThrow(
    "data.responses: no prompt to train on has a right and a wrong response, which dpo needs",
  );
});
