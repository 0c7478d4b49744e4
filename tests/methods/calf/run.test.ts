import { describe, expect, test } from "vitest";
import method from "../../../shared/methods/calf/method.ts";
import { needs } from "../../../shared/methods/calf/needs.ts";
import { noFrequencies } from "../../../shared/methods/calf/scorers/frequencies.ts";
import { textMetric } from "../../../shared/methods/calf/scorers/text.ts";
import type { MemoryOptions } from "../../fixtures/memory-context.ts";
import { runToEnd } from "../../fixtures/run-to-end.ts";
import { randomModel } from "../implicit-prm/fixtures.ts";
import { chatModel, rowsContent } from "./fixtures.ts";

const small = {
  task: "meta-evaluate",
  constructed: { perturbations: ["dropped", "reordered", "injected"] },
  limit: 90,
  metrics: [
    "rouge-1",
    "chrf",
    "tf-idf",
    "learned",
    "likelihood",
    "judge-pairwise",
    "judge-rubric",
    "judge-claims",
  ],
  model: "lm",
  maxTokens: 48,
  draws: 100,
};
/** A judge that goes by the length of what it is shown. */
const judge = chatModel((name, texts) => {
  const last = texts.at(-1)?.length ?? 0;
  if (last % 7 === 0) return undefined;
  if (name === "claims") return { claims: ["a", "b", "c"] };
  if (name === "findings") return { findings: [{ claim: 1 + (last % 3), finding: "stated" }] };
  const mark = 1 + (last % 5);
  if (name === "marks") return { analysis: "", correctness: mark, completeness: 3, relevance: 4 };
  return { analysis: "", verdict: last > (texts.at(-2)?.length ?? 0) ? "2" : "1" };
});
const options: MemoryOptions = { seed: 3, models: new Map([["lm", randomModel(1)]]), llm: judge };
const alternate = () => {
  let asked = 0;
  return () => asked++ % 2 === 1;
};

/** What an input is refused with when it runs. */
const failure = (input: unknown, given: MemoryOptions = {}): Promise<string> =>
  runToEnd(method, input, given).then(
    () => "nothing",
    (error: Error) => error.message,
  );
const failureOf = (input: unknown) =>
  method.input.safeParse(input).error?.issues.map(({ path, message }) => `${path.join(".")} ${message}`);

const judgement = (at: number, more: object = {}) => ({
  question: `Question ${at % 6}?`,
  reference: "one two three four",
  response_a: at % 3 === 0 ? "one two three" : "one",
  response_b: at % 3 === 0 ? "one" : "one two three",
  label: at % 3 === 0 ? "a" : "b",
  setting: at % 2 === 0 ? "even" : "odd",
  ...more,
});
const withRows = (rows: readonly unknown[]): MemoryOptions => ({
  seed: 1,
  contents: new Map([["data", rowsContent("judgements", "data", rows)]]),
});
const evaluated = async (input: object, given: MemoryOptions) => {
  const { output, last } = await runToEnd(method, { task: "meta-evaluate", draws: 100, ...input }, given);
  if (output.task !== "meta-evaluate") throw new Error("a meta-evaluation expected");
  return { output, last };
};

describe("meta-evaluate", () => {
  test("cut and resumed at every question whether time is over, it gives the same bytes", async () => {
    const whole = await runToEnd(method, small, options);
    const cut = await runToEnd(method, small, { ...options, outOfTime: alternate() });
    expect(cut.slices).toBeGreaterThan(30);
    expect(cut.output).toEqual(whole.output);
    expect(cut.last.artifacts).toEqual(whole.last.artifacts);
  });

  test("every metric in every setting, its kind, ranking, correlations, probes, judges and a report", async () => {
    const { output, last } = await evaluated(small, options);
    expect(
      output.metrics.filter(({ setting }) => setting === "all").map(({ name, kind }) => [name, kind]),
    ).toEqual([
      ["majority-label", "baseline"],
      ["random", "baseline"],
      ["longer", "baseline"],
      ["longer-tokens", "baseline"],
      ["rouge-1", "traditional"],
      ["chrf", "traditional"],
      ["tf-idf", "traditional"],
      ["likelihood", "model-based"],
      ["judge-pairwise", "judge"],
      ["judge-rubric", "judge"],
      ["judge-claims", "judge"],
      ["learned", "model-based"],
      ["vote: traditional", "committee"],
      ["vote: judges", "committee"],
    ]);
    expect(output.settings.map(({ name }) => name)).toEqual(["dropped", "reordered", "injected"]);
    for (const { accuracy, low, high, judgements, labelled } of output.metrics.map((one) => ({
      ...one,
      ...one.ties,
    }))) {
      expect(low).toBeLessThanOrEqual(accuracy);
      expect(high).toBeGreaterThanOrEqual(accuracy);
      expect(judgements).toBeGreaterThanOrEqual(labelled);
    }
    expect(output.metrics.find(({ name }) => name === "judge-pairwise")?.invalid).toBeGreaterThan(0);
    expect(output.judges).toMatchObject({ provider: "openai", model: "stand-in" });
    expect(output.judges?.swaps.asked).toBeGreaterThan(output.judges?.swaps.consistent ?? 0);
    expect(output.judges?.cost).toBeCloseTo(((output.judges?.inputTokens ?? 0) / 10) * 0.25, 8);
    expect(output.correlation.values).toHaveLength(output.correlation.names.length);
    expect(output.ranking[0]?.rank).toBe(1);
    const bags = output.probes.find(({ name }) => name === "rouge-1");
    expect(bags?.beyondWords).toBeCloseTo(0, 12);
    const report = String(last.artifacts.get("report.html")?.body);
    for (const word of [
      "stand-in",
      "Kendall",
      "learned preference",
      "Answers that address the judge",
      "data-sortable",
    ]) {
      expect(report).toContain(word);
    }
    const names = ["accuracy.svg", "settings.svg", "correlations.svg", "agreement.csv", "verdicts.csv"];
    expect([...last.artifacts.keys()]).toEqual(expect.arrayContaining(names));
    const verdicts = String(last.artifacts.get("verdicts.csv")?.body).trim().split("\r\n");
    expect(verdicts).toHaveLength(1 + output.judgements);
  });

  test("without a chat model judges are off, and output and report say so", async () => {
    const { output, last } = await evaluated({ ...small, metrics: ["bleu", "judge-rubric"] }, { seed: 3 });
    expect(output.judges).toBeNull();
    expect(output.skipped).toEqual([
      { name: "judge-rubric", reason: expect.stringContaining("TENFOLD_LLM_PROVIDER") },
    ]);
    expect(String(last.artifacts.get("report.html")?.body)).toContain("Judges were asked for and are off");
  });

  test("figures are of the labels: a metric that is always right, and the majority of each setting", async () => {
    const rows = Array.from({ length: 24 }, (_, at) => judgement(at));
    const { output } = await evaluated({ dataset: "data", metrics: ["rouge-1"] }, withRows(rows));
    const of = (name: string, setting = "all") =>
      output.metrics.find((one) => one.name === name && one.setting === setting);
    expect(of("rouge-1")).toMatchObject({ accuracy: 1, low: 1, high: 1, macroF1: 1, decided: 1 });
    expect(of("longer")?.accuracy).toBe(1);
    expect(of("majority-label")?.accuracy).toBeCloseTo(2 / 3, 12);
    expect(of("rouge-1")?.overBaseline).toEqual({ baseline: "longer", by: 0, low: 0, high: 0 });
    expect(output.settings).toEqual([
      { name: "even", judgements: 12 },
      { name: "odd", judgements: 12 },
    ]);
    expect(output.questions).toBe(6);
  });

  test("where all labels name one side, the seed draws the sides; or it is left as it is given", async () => {
    const rows = Array.from({ length: 40 }, (_, at) => ({
      ...{
        question: `Q${at}`,
        reference: "one two",
        preferred_response: "one two",
        rejected_response: "three",
      },
    }));
    const { output } = await evaluated({ dataset: "data", metrics: ["rouge-1"] }, withRows(rows));
    expect(output.sidesDrawn).toBe(true);
    expect(output.labels.first).toBeGreaterThan(8);
    expect(output.labels.second).toBeGreaterThan(8);
    expect(output.metrics.find(({ name }) => name === "rouge-1")?.accuracy).toBe(1);
    const given = await evaluated({ dataset: "data", metrics: ["rouge-1"], sides: "given" }, withRows(rows));
    expect([given.output.sidesDrawn, given.output.labels.first]).toEqual([false, 40]);
  });

  test("rows of more responses are pairs with the preferred one; rows without a reference are left out", async () => {
    const three = { question: "Q", reference: "one two", responses: ["three", "one two", "one"], label: 1 };
    const rows = [three, judgement(0, { reference: undefined }), judgement(1)];
    const { output } = await evaluated({ dataset: "data", metrics: ["rouge-1"] }, withRows(rows));
    expect(output.leftOut.withoutReference).toBe(1);
    expect([output.judgements, output.labels]).toEqual([3, { first: 1, second: 2, same: 0 }]);
    expect(output.metrics.find(({ name }) => name === "rouge-1")?.accuracy).toBe(1);
  });

  test("without references metrics that need one are skipped, and baselines are still printed", async () => {
    const rows = Array.from({ length: 24 }, (_, at) => judgement(at, { reference: " " }));
    const input = { dataset: "data", metrics: ["bleu", "learned"], folds: 2 };
    const { output } = await evaluated(input, withRows(rows));
    expect(output.skipped).toEqual([{ name: "bleu", reason: "the data have no references" }]);
    expect(output.ranking.map(({ name }) => name)).toEqual(["learned"]);
    const few = await evaluated({ ...input, folds: 5 }, withRows(rows));
    expect(few.output.skipped.at(-1)?.reason).toBe("6 questions are too few for 5 folds");
  });

  test("tie margins are fitted on questions that the figures leave out", async () => {
    const rows = Array.from({ length: 30 }, (_, at) =>
      judgement(
        at,
        at % 3 === 1 ? { question: `T${at}`, response_a: "one two", label: "same" } : { question: `T${at}` },
      ),
    );
    const input = { dataset: "data", metrics: ["rouge-1"], developmentShare: 0.4 };
    const strict = await evaluated(input, withRows(rows));
    const { output } = await evaluated({ ...input, tieMargin: "fitted" }, withRows(rows));
    expect([output.judgements, output.leftOut.development]).toEqual([18, 12]);
    const of = (one: typeof output) => one.metrics.find(({ name }) => name === "rouge-1");
    expect(of(strict.output)?.accuracy).toBeCloseTo(2 / 3, 12);
    expect(of(output)).toMatchObject({ accuracy: 1, ties: { right: of(output)?.ties.labelled } });
    expect(of(output)?.margin).toBeGreaterThan(0);
  });

  test("at most so many judgements are taken, all of a question together", async () => {
    const rows = Array.from({ length: 60 }, (_, at) => judgement(at));
    const { output } = await evaluated({ dataset: "data", metrics: ["rouge-1"], limit: 25 }, withRows(rows));
    expect([output.judgements, output.questions, output.leftOut.overLimit]).toEqual([20, 2, 40]);
  });

  test("what it cannot work with is refused, and names its field", async () => {
    expect(
      await failure({ ...small, dataset: "data", model: "lm" }, { ...options, ...withRows([judgement(0)]) }),
    ).toBe("dataset: 1 judgements of data are too few");
    expect(failureOf({ metrics: ["likelihood"] })).toEqual(["model is needed by the metric likelihood"]);
    expect(failureOf({ metrics: ["bleu", "bleu"] })).toEqual(["metrics must not name one twice"]);
    const committees = [{ name: "bleu", members: ["bleu", "ter"] }];
    expect(failureOf({ metrics: ["bleu"], committees })).toEqual([
      "committees.0.members.1 is not one of the metrics: ter",
      "committees.0.name is taken already",
    ]);
    expect(needs(method.input.parse({ dataset: "d", metrics: ["likelihood"], model: "m" }))).toEqual({
      datasets: [{ path: "/dataset", id: "d", kinds: ["judgements"], minBytes: 1 }],
      models: [{ path: "/model", id: "m" }],
    });
  });
});

const answers = [
  ["Q1", "the cat is on the mat", "the cat sat on the mat", "first"],
  ["Q1", "the cat is on the mat", "a dog", "second"],
  ["Q2", "心脏有四个腔", "心脏有四个腔", "first"],
  ["Q2", "心脏有四个腔", "心脏有两个腔", "second"],
  ["Q3", "it rains", "it rains", "first"],
] as const;
const rowOf = ([question, reference, answer, system]: (typeof answers)[number]) => ({
  ...{ question, reference, answer, system },
});
const instructionsOf = (rows: readonly unknown[]): MemoryOptions => ({
  contents: new Map([["data", rowsContent("instructions", "data", rows)]]),
});
const scored = async (input: object, given: MemoryOptions) => {
  const { output, last } = await runToEnd(method, { task: "score", draws: 100, ...input }, given);
  if (output.task !== "score") throw new Error("scores expected");
  return { output, last };
};

describe("score", () => {
  test("corpus and sentence scores of every system, a row for each answer, and statistics that merge", async () => {
    const metrics = ["bleu", "ter", "exact-match"] as const;
    const all = await scored({ dataset: "data", metrics }, instructionsOf(answers.map(rowOf)));
    expect(all.output.systems.map(({ name, answers: count }) => [name, count])).toEqual([
      ["first", 3],
      ["second", 2],
    ]);
    const [bleu, , exact] = all.output.systems[0]?.scores ?? [];
    expect(exact).toMatchObject({ corpus: 2 / 3, mean: 2 / 3, missing: 0 });
    const shards = await Promise.all(
      [answers.slice(0, 2), answers.slice(2)].map((part) =>
        scored({ dataset: "data", metrics }, instructionsOf(part.map(rowOf))),
      ),
    );
    const sum = shards
      .map(({ output }) => output.systems.find(({ name }) => name === "first")?.scores[0]?.statistics ?? [])
      .reduce((a, b) => a.map((value, at) => value + (b[at] ?? 0)));
    expect(sum).toEqual(bleu?.statistics);
    const metric = textMetric("bleu", { tokens: "auto", smoothing: "exp" }, noFrequencies("auto"));
    expect(metric.corpus(Float64Array.from(sum))).toBe(bleu?.corpus);
    // sacrebleu's sentence score of the first answer.
    const csv = String(all.last.artifacts.get("scores.csv")?.body).trim().split("\r\n");
    expect(csv[0]).toBe("answer,question,system,bleu,ter,exact-match");
    expect(csv[1]).toMatch(/^0,0,first,37\.991784282579\d*,16\.66666666666\d*,0$/);
    expect(csv).toHaveLength(6);
    expect(String(all.last.artifacts.get("report.html")?.body)).toContain("scores.csv");
  });

  test("cut and resumed at every question whether time is over, it gives the same bytes", async () => {
    const rows = Array.from({ length: 6 }, () => answers.map(rowOf)).flat();
    const given = { ...options, ...instructionsOf(rows) };
    const input = {
      ...{ task: "score", dataset: "data", metrics: ["bleu", "idf-recall", "likelihood"] },
      ...{ model: "lm", maxTokens: 64, draws: 100 },
    };
    const whole = await runToEnd(method, input, given);
    const cut = await runToEnd(method, input, { ...given, outOfTime: alternate() });
    expect(cut.slices).toBeGreaterThan(4);
    expect(cut.output).toEqual(whole.output);
    expect(cut.last.artifacts).toEqual(whole.last.artifacts);
  });

  test("judgements are scored response by response; several references count as one answer's", async () => {
    const given = withRows([judgement(0, { model_a: "alpha", model_b: "beta" }), judgement(1)]);
    const { output } = await scored({ dataset: "data", metrics: ["token-f1"] }, given);
    expect(output.systems.map(({ name, answers: count }) => [name, count])).toEqual([
      ["alpha", 1],
      ["beta", 1],
      ["response 1", 1],
      ["response 2", 1],
    ]);
    const rows = [{ question: "Q", references: ["x y", "one two"], answer: "one two" }];
    const several = await scored({ dataset: "data", metrics: ["token-f1"] }, instructionsOf(rows));
    expect(several.output.systems[0]).toMatchObject({ name: "answers", scores: [{ corpus: 1 }] });
  });

  test("a row without a reference is refused by its number", async () => {
    const rows = [rowOf(answers[0]), { question: "Q", answer: "a", reference: " " }];
    expect(await failure({ task: "score", dataset: "data" }, instructionsOf(rows))).toBe(
      "dataset: row 2 of data has no reference to score against",
    );
  });
});

describe("rank", () => {
  const ranked = async (input: object, given: MemoryOptions) => {
    const { output, last } = await runToEnd(method, { task: "rank", draws: 200, ...input }, given);
    if (output.task !== "rank") throw new Error("a ranking expected");
    return { output, last };
  };

  test("systems by their mean, with ranks in the draws and wins on shared questions", async () => {
    const { output, last } = await ranked(
      { dataset: "data", metric: "token-f1" },
      instructionsOf(answers.map(rowOf)),
    );
    expect(
      output.systems.map(({ name, rank, rankLow, rankHigh }) => [name, rank, rankLow, rankHigh]),
    ).toEqual([
      ["first", 1, 1, 1],
      ["second", 2, 2, 2],
    ]);
    expect(output.wins).toEqual([
      { system: "first", over: "second", questions: 2, rate: 1, low: 1, high: 1 },
      { system: "second", over: "first", questions: 2, rate: 0, low: 0, high: 0 },
    ]);
    expect([...last.artifacts.keys()]).toEqual(
      expect.arrayContaining(["report.html", "systems.svg", "wins.svg"]),
    );
  });

  test("a lower TER is better, and a system that is the reference wins", async () => {
    const { output } = await ranked({ metric: "ter" }, { seed: 2 });
    expect(output.higherIsBetter).toBe(false);
    expect(output.systems[0]).toMatchObject({ name: "all facts, copied", score: 0, rank: 1, winRate: 1 });
    for (const { system, over, rate } of output.wins) {
      const back = output.wins.find((win) => win.system === over && win.over === system);
      expect((back?.rate ?? 0) + rate).toBeCloseTo(1, 12);
    }
  });

  test("one system alone, and a judge without a chat model, are refused", async () => {
    expect(
      await failure({ task: "rank", dataset: "data" }, instructionsOf(answers.slice(4).map(rowOf))),
    ).toMatch(/^dataset: data has answers of one system; rows name theirs in `system`/);
    expect(await failure({ task: "rank", metric: "judge-rubric" })).toMatch(
      /^metric: Rubric judge cannot be taken: no chat/,
    );
  });
});

test("the quick preset is within the schema, and so are the others", () => {
  for (const { input } of Object.values(method.presets))
    expect(method.input.safeParse(input).success).toBe(true);
});
