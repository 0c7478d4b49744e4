import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, test } from "vitest";
import type * as z from "zod";
import { loadModel } from "../../../shared/lm/stored-model.ts";
import type { ModelFiles } from "../../../shared/methods/contract.ts";
import fsGen from "../../../shared/methods/fs-gen/method.ts";
import type { Output } from "../../../shared/methods/fs-gen/output.ts";
import { publishedFrequencies } from "../../../shared/methods/fs-gen/published.ts";
import { type MemoryOptions, memoryRun } from "../../fixtures/memory-context.ts";
import { runToEnd, sentences } from "../../fixtures/run-to-end.ts";

const datasets = new Map([["text", sentences]]);
const sizes = [
  { dModel: 16, layers: 1, heads: 1 },
  { dModel: 16, layers: 2, heads: 1 },
  { dModel: 24, layers: 2, heads: 2 },
];
const common = { dataset: "text", trainingLength: 24, training: { steps: 12, batch: 4 } };

async function run<Task extends Output["task"]>(task: Task, given: object, options: MemoryOptions = {}) {
  const { output, ...rest } = await runToEnd(fsGen, { ...common, task, ...given }, { datasets, ...options });
  if (!isOf(output, task)) throw new Error(`task ${task} was asked for`);
  return { output, ...rest };
}

function isOf<Task extends Output["task"]>(
  output: Output,
  task: Task,
): output is Extract<Output, { task: Task }> {
  return output.task === task;
}

/** Speed is of the clock; all else is of the seed. */
const untimed = (output: unknown): unknown =>
  JSON.parse(
    JSON.stringify(output, (key, value) => (["seconds", "tokensPerSecond"].includes(key) ? 0 : value)),
  );

const everyOther = () => {
  let asked = 0;
  return () => ++asked % 2 === 0;
};

const pageOf = ({ artifacts }: Awaited<ReturnType<typeof run>>["last"]) =>
  parseHTML(String(artifacts.get("report.html")?.body)).document;

describe("a study", () => {
  const small = {
    sizes,
    seeds: 2,
    prompts: 3,
    promptTokens: 8,
    maxTokens: 10,
    evaluationTokens: 256,
    bootstrapDraws: 20,
  };
  let whole: Awaited<ReturnType<typeof run<"study">>>;
  beforeAll(async () => {
    whole = await run("study", small);
  });

  test("trains the family, holds every pair together, and fits four laws", () => {
    const { models, pairs, floor, fits, uncertainty, position, findings } = whole.output;
    expect(models.map(({ dModel, layers, seed }) => [dModel, layers, seed])).toEqual(
      sizes.flatMap(({ dModel, layers }) => [0, 1].map((seed) => [dModel, layers, seed])),
    );
    expect(pairs).toHaveLength(3);
    for (const { small, large, ratio, cof, cofGreedy, seeds } of pairs) {
      expect(ratio).toBe(large / small);
      expect(ratio).toBeGreaterThan(1);
      expect(seeds).toBe(4);
      expect(cof).toBeGreaterThan(0);
      expect(cof).toBeLessThan(1);
      expect(cofGreedy).not.toBeNull();
    }
    expect(floor?.pairs).toBe(3);
    expect(fits.map(({ name }) => name)).toEqual(["constant", "log-ratio", "power", "log-sizes"]);
    expect(uncertainty).toHaveLength(3);
    expect(position).toHaveLength(10);
    const shares = position.reduce((sum, { share }) => sum + share, 0);
    expect(shares).toBeCloseTo(1, 10);
    expect(findings).toHaveLength(5);
  });

  test("leaves its report, plots, tables and models", () => {
    expect([...whole.last.artifacts.keys()]).toEqual([
      "report.html",
      "frequency-by-ratio.svg",
      "uncertainty-roc.svg",
      "differences-by-position.svg",
      "training-loss.svg",
      "pairs.csv",
      "fits.csv",
      "parameters.csv",
      "frequencies.csv",
    ]);
    expect([...whole.last.models.keys()]).toEqual(whole.output.models.map(({ model }) => model));
    expect(pageOf(whole.last).querySelectorAll(".verdicts li")).toHaveLength(whole.output.findings.length);
  });

  test("cut after every unit of work or killed after any checkpoint, ends the same", async () => {
    const cut = await run("study", small, { outOfTime: everyOther() });
    expect(cut.slices).toBeGreaterThan(20);
    expect(cut.output).toEqual(whole.output);
    expect(cut.last.models).toEqual(whole.last.models);
    for (const from of whole.last.checkpoints.filter((_, at) => at % 3 === 0)) {
      const again = await run("study", small, { from, models: whole.last.models });
      expect(again.output).toEqual(whole.output);
    }
  });

  test("one seed has no floor; another seed of the run gives other figures", async () => {
    const one = await run("study", { ...small, seeds: 1 });
    expect(one.output.floor).toBeNull();
    const other = await run("study", { ...small, seeds: 1 }, { seed: 1 });
    expect(other.output.pairs).not.toEqual(one.output.pairs);
  });
});

describe("frequencies that are given", () => {
  test("are fitted, the published ones and the caller's own alike, and nothing is trained", async () => {
    const published = await run("study", { published: "contrastive gsm8k", bootstrapDraws: 20 });
    const power = published.output.fits.find(({ name }) => name === "power");
    expect(power?.parameters.alpha).toBeCloseTo(0.219, 2);
    expect(published.output).toMatchObject({ models: [], floor: null, uncertainty: [], position: [] });
    expect(published.last.models.size).toBe(0);
    const frequencies = publishedFrequencies("contrastive gsm8k");
    const own = await run("study", { frequencies, bootstrapDraws: 20 });
    expect(own.output).toEqual(published.output);
    expect([...own.last.artifacts.keys()]).not.toContain("training-loss.svg");
  });
});

const pair = {
  small: { dModel: 16, layers: 1, heads: 1 },
  large: { dModel: 24, layers: 2, heads: 2 },
  tuningSteps: 4,
};
const training = { steps: 60, batch: 4 };

describe("a generation", () => {
  const given = { prompt: "Sentence 7 follows ", pair, training, maxTokens: 40, calibrationTokens: 256 };
  let models: ReadonlyMap<string, ModelFiles>;
  beforeAll(async () => {
    models = (await run("generate", { ...given, decoder: "proxy" })).last.models;
  });
  const stored = { small: "fs-gen-small", large: "fs-gen-large" };

  test("trains a pair where none is named, and leaves text, trace and models", async () => {
    const { output, last } = await run("generate", given);
    expect(output.trace).toHaveLength(40);
    expect(output.trace.map(({ piece }) => piece).join("")).toBe(output.text);
    expect(output.cof).toBe(output.trace.filter(({ by }) => by === "large").length / 40);
    expect(output).toMatchObject({ consulted: 1, tokensPerLargeCall: 1, cofUntuned: null });
    expect(output.seconds).toBeGreaterThan(0);
    expect(output.saved).toEqual(["fs-gen-small", "fs-gen-large"]);
    expect([...last.artifacts.keys()]).toEqual([
      "report.html",
      "along-the-text.svg",
      "training-loss.svg",
      "trace.csv",
      "text.txt",
    ]);
    const shown = [...pageOf(last).querySelectorAll(".written .token")];
    expect(shown).toHaveLength(41);
    expect(shown.map(({ textContent }) => textContent).join("")).toBe(given.prompt + output.text);
    expect(shown[5]?.getAttribute("title")).toMatch(/: small [\d.]+%, large [\d.]+%$/);
  });

  test.each(["always", "never", "confidence", "margin", "logistic", "rbf", "random"] as const)(
    "with models of the store, under router %s: speculative decoding writes what the large model does",
    async (router) => {
      const [oracle, speculative, routed] = [
        await run("generate", { ...given, ...stored }, { models }),
        await run("generate", { ...given, ...stored, decoder: "speculative", router }, { models }),
        await run("generate", { ...given, ...stored, router }, { models }),
      ];
      expect(speculative.output.text).toBe(oracle.output.text);
      expect(speculative.output.tokensPerLargeCall).toBeGreaterThan(1);
      expect(routed.output.consulted).toBe(
        routed.output.trace.filter(({ consulted }) => consulted).length / 40,
      );
      if (router === "never") expect(routed.output).toMatchObject({ cof: 0, tokensPerLargeCall: null });
    },
  );

  test("proxy tuning takes the small model before its tuning, and says how often both are changed", async () => {
    const named = {
      small: "fs-gen-small-tuned",
      large: "fs-gen-large",
      untuned: "fs-gen-small",
      decoder: "proxy",
    };
    const [own, theirs] = [
      await run("generate", { ...given, ...named }, { models }),
      await run("generate", { ...given, decoder: "proxy" }),
    ];
    expect(own.output.text).toBe(theirs.output.text);
    expect(own.output.cofUntuned).toBe(theirs.output.cofUntuned);
    expect(own.output.cofUntuned).not.toBeNull();
  });

  test("of a text longer than the models' context, cut after every stretch, ends the same", async () => {
    const long = {
      ...given,
      maxTokens: 60,
      temperature: 0.8,
      decoder: "speculative",
      training: { steps: 8, batch: 4 },
    };
    const whole = await run("generate", long);
    const cut = await run("generate", long, { outOfTime: everyOther() });
    expect(cut.slices).toBeGreaterThan(8);
    expect(untimed(cut.output)).toEqual(untimed(whole.output));
  });

  test("in 8 bits says what they cost the large model", async () => {
    const { output, last } = await run("generate", { ...given, ...stored, precision: "int8" }, { models });
    const { rounding } = output;
    if (rounding === null) throw new Error("the cost is not said");
    expect(rounding.tokens).toBe(common.trainingLength - 1); // the window is the models' context
    expect(rounding.int8).not.toBe(rounding.float32);
    expect(Math.abs(rounding.int8 / rounding.float32 - 1)).toBeLessThan(0.05);
    expect(pageOf(last).body.textContent).toContain("large model's perplexity");
    const exact = await run("generate", { ...given, ...stored }, { models });
    expect(exact.output.rounding).toBeNull();
  });

  test("over byte pairs, models are stored with their tokenizer", async () => {
    const { last } = await run("generate", { ...given, vocabulary: 280, training: { steps: 2, batch: 2 } });
    const { tokenizer, config } = await loadModel(last.models.get("fs-gen-small") ?? new Map());
    expect(config.vocabularySize).toBe(280);
    expect(tokenizer.encode("Sentence")).not.toHaveLength(8);
  });

  test("models over other tokens are refused", async () => {
    const others = (await run("generate", { ...given, vocabulary: 280, training: { steps: 1, batch: 2 } }))
      .last.models;
    const both = new Map([...models, ["others", others.get("fs-gen-large") ?? new Map()]]);
    await expect(run("generate", { ...given, ...stored, large: "others" }, { models: both })).rejects.toThrow(
      "large: its tokens are not those of the small model",
    );
  });
});

describe("a comparison", () => {
  const given = {
    pair,
    training,
    calibrationTokens: 256,
    sweep: [0.2, 0.5],
    prompts: { from: "text", count: 3, promptTokens: 12, maxTokens: 12 },
  };

  test("on text: every decoder under every router, the sweep, and random twins at their rates", async () => {
    const { output, last } = await run("compare", given);
    const { results } = output;
    const find = (decoder: string, router: string) =>
      results.find((one) => one.decoder === decoder && one.router === router && one.targetRate === null);
    expect(results.filter(({ targetRate, beside }) => targetRate !== null && beside === null)).toHaveLength(
      4 * 2,
    );
    const [always, never] = [find("oracle", "always"), find("oracle", "never")];
    expect(always?.quality).toBe(find("speculative", "always")?.quality);
    expect([always?.rate, never?.rate]).toEqual([1, 0]);
    for (const twin of results.filter(({ beside }) => beside !== null)) {
      const own = results.find(
        ({ decoder, router, targetRate }) =>
          decoder === twin.decoder && router === twin.beside && targetRate === twin.targetRate,
      );
      expect(twin.rate).toBe(own?.rate);
      if (twin.decoder === "oracle") {
        const mean = (1 - twin.rate) * (never?.quality ?? 0) + twin.rate * (always?.quality ?? 0);
        expect(twin.quality).toBeCloseTo(mean, 10);
      }
    }
    expect([...last.artifacts.keys()]).toEqual([
      "report.html",
      "router-sweep.svg",
      "quality-by-rate.svg",
      "training-loss.svg",
      "results.csv",
    ]);
    expect(output.findings.length).toBeGreaterThan(5);
  });

  test("cut after every unit of work or killed after any checkpoint, ends the same", async () => {
    const brief = {
      ...given,
      decoders: ["oracle", "proxy"],
      routers: ["never", "rbf", "random"],
      sweep: [0.5],
    };
    const few = { ...brief, training: { steps: 6, batch: 4 } };
    const whole = await run("compare", few);
    const cut = await run("compare", few, { outOfTime: everyOther() });
    expect(cut.slices).toBeGreaterThan(10);
    expect(untimed(cut.output)).toEqual(untimed(whole.output));
    for (const from of whole.last.checkpoints) {
      const again = await run("compare", few, { from, models: whole.last.models });
      expect(untimed(again.output)).toEqual(untimed(whole.output));
    }
  });

  test("on instructions: the first rows are answered, and an answer is right when it is the row's", async () => {
    const models = (await run("generate", { prompt: "A", pair, training, maxTokens: 4 })).last.models;
    // what the large model writes greedily is, for the first row, made the right answer
    const asked = { small: "fs-gen-small", large: "fs-gen-large", maxTokens: 8 };
    const { text } = (await run("generate", { ...asked, prompt: "Sen\n\n" }, { models })).output;
    const rows = [
      { instruction: "Sen", output: ` ${text}` },
      { instruction: "Sen", input: "tence", output: "never this" },
      { instruction: "left out", output: "" },
    ];
    const { context } = memoryRun({ datasets, models });
    const dataset: typeof context.dataset = async (id) => ({
      ...(await context.dataset("text")),
      ...(id === "rows" && {
        rows: async function* <T>(schema: z.ZodType<T>) {
          for (const row of rows) yield schema.parse(row);
        },
      }),
    });
    const prompts = { from: "instructions", instructions: "rows", count: 2, maxTokens: 8 };
    const routers = { decoders: ["oracle"], routers: ["always"], sweep: [] };
    const { maxTokens: _, ...named } = asked;
    const input = fsGen.input.parse({ ...common, ...named, task: "compare", prompts, ...routers });
    const output = await fsGen.run(input, { ...context, dataset });
    expect(output).toMatchObject({
      quality: "right answers",
      prompts: 2,
      results: [{ quality: 0.5, rate: 1 }],
    });
  });

  test("on a task: answers are counted right, and random twins write texts of their own", async () => {
    const task = {
      ...given,
      decoders: ["oracle"],
      routers: ["always", "never", "margin", "random"],
      sweep: [0.5],
    };
    const { output } = await run("compare", {
      ...task,
      trainingLength: 48,
      prompts: { from: "task", kind: "copy", count: 6 },
    });
    expect(output.quality).toBe("right answers");
    const written = output.results.map(({ tokensPerSecond }) => tokensPerSecond);
    expect(written.every((speed) => speed !== null && speed > 0)).toBe(true);
    for (const { quality } of output.results) expect(Math.round(quality * 6)).toBeCloseTo(quality * 6, 10);
    expect(output.results.filter(({ beside }) => beside === "margin")).toHaveLength(2);
  });
});

test("stops when it is cancelled", async () => {
  const { context } = memoryRun({ datasets });
  const signal = AbortSignal.abort(new Error("enough"));
  const input = fsGen.input.parse({ ...common, task: "generate", prompt: "A" });
  await expect(fsGen.run(input, { ...context, signal })).rejects.toThrow("enough");
});
