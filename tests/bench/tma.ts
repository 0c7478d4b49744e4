import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import type { ModelFiles } from "../../shared/methods/contract.ts";
import tma from "../../shared/methods/tma/method.ts";
import type { Output } from "../../shared/methods/tma/output.ts";
import { memoryRun } from "../fixtures/memory-context.ts";
import { t0Folder, t0Sets } from "../methods/tma/t0.ts";

const modelFolder = join(import.meta.dirname, "../../../shared/data/models/stories260K");

/** A small model of simple English, which T0's tasks are new to. */
function stories(): ModelFiles {
  const files = ["stories260K.bin", "tok512.bin"];
  return new Map(files.map((name) => [name, new Uint8Array(readFileSync(join(modelFolder, name)))]));
}

/** What the study takes of T0; `seeds` as many as `BENCH_TMA_SEEDS` says, five when it says nothing. */
const input = {
  task: "study",
  dataset: "t0",
  test: "t0-tests",
  embedding: { type: "encoder" },
  model: { from: "model", model: "stories260K" },
  maxTokens: 192,
  training: { batch: 8, learningRate: 1e-3 },
  offTarget: 64,
  evaluation: { items: 64, early: 6, later: 4 },
  seeds: Number(process.env.BENCH_TMA_SEEDS ?? 5),
};

/** The study on T0 templates, from stories260K: the losses of five orders, and the three claims by paired differences over the seeds. */
export async function benchTma() {
  const missing = [t0Folder, modelFolder].find((folder) => !existsSync(folder));
  if (missing !== undefined) return console.log(`there is no ${missing}`);
  const threads = availableParallelism();
  const { context } = memoryRun({
    threads,
    contents: t0Sets(),
    models: new Map([["stories260K", stories()]]),
  });
  // Nothing is cut here, and what is kept in memory is not freed.
  const checkpoint = { ...context.checkpoint, save: async () => {} };
  const begun = performance.now();
  const output = await tma.run(tma.input.parse(input), { ...context, checkpoint });
  if ("paused" in output || output.task !== "study") throw new Error("a study was asked for");
  const seconds = (performance.now() - begun) / 1000;
  console.log(`${threads} threads; load average ${loadavg()[0]?.toFixed(1)}; ${Math.round(seconds)} s`);
  show(output);
  return output;
}

type Study = Extract<Output, { task: "study" }>;

const shown = (figure: { mean: number; sd: number } | null) =>
  figure === null ? "" : `${figure.mean.toFixed(3)} ± ${figure.sd.toFixed(3)}`;

function show({ items, steps, seeds, tests, leftOut, orders, subsets, comparisons, findings }: Study): void {
  console.log({ items, steps, seeds, tests, leftOut });
  console.table(
    orders.map(({ name, early, end, endSelecting, offTargetEarly, offTargetEnd, exactMatch, rougeL }) => ({
      order: name,
      "first tenth": shown(early),
      end: shown(end),
      "end, selecting half": shown(endSelecting),
      "off target, first tenth": shown(offTargetEarly),
      "off target, end": shown(offTargetEnd),
      "exact match": shown(exactMatch),
      "ROUGE-L": shown(rougeL),
    })),
  );
  console.table(
    subsets.map(({ name, share, steps: taken, loss, offTarget, rougeL }) => ({
      subset: `${name} ${100 * share} %`,
      steps: taken,
      loss: shown(loss),
      "off target": shown(offTarget),
      "ROUGE-L": shown(rougeL),
    })),
  );
  console.table(
    comparisons.map(({ measure, first, second, difference, lowerIn, verdict }) => ({
      ...{ measure, first, second, difference: shown(difference), "lower in": lowerIn, verdict },
    })),
  );
  for (const { claim, holds, text } of findings)
    console.log(`${holds ? "shown" : "not shown"}: ${claim}. ${text}`);
}

if (import.meta.main) await benchTma();
