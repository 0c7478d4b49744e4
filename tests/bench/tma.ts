import { existsSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import tma from "../../shared/methods/tma/method.ts";
import { memoryRun } from "../fixtures/memory-context.ts";
import { t0Folder, t0Sets } from "../methods/tma/t0.ts";

/** What the study takes of T0; `seeds` as many as `BENCH_TMA_SEEDS` says, five when it says nothing. */
const input = {
  task: "study",
  dataset: "t0",
  test: "t0-tests",
  model: { from: "scratch", size: { dModel: 128, layers: 2, heads: 4 }, vocabulary: 2048 },
  offTarget: 64,
  evaluation: { items: 60, early: 10, later: 6 },
  seeds: Number(process.env.BENCH_TMA_SEEDS ?? 5),
};

/** The study on T0 templates: the losses of five orders, and the three claims by paired differences over the seeds. */
export async function benchTma() {
  if (!existsSync(t0Folder)) return console.log(`no T0 templates in ${t0Folder}`);
  const threads = availableParallelism();
  const { context } = memoryRun({ threads, contents: t0Sets() });
  // Nothing is cut here, and what is kept in memory is not freed.
  const checkpoint = { ...context.checkpoint, save: async () => {} };
  const begun = performance.now();
  const output = await tma.run(tma.input.parse(input), { ...context, checkpoint });
  if ("paused" in output || output.task !== "study") throw new Error("a study was asked for");
  const seconds = (performance.now() - begun) / 1000;
  const { items, steps, seeds, tests, leftOut, orders, subsets, comparisons, findings } = output;
  console.log({ items, steps, seeds, tests, leftOut, seconds: Math.round(seconds) });
  console.log(`${threads} threads; load average ${loadavg()[0]?.toFixed(1)}`);
  const shown = (figure: { mean: number; sd: number } | null) =>
    figure === null ? "" : `${figure.mean.toFixed(3)} ± ${figure.sd.toFixed(3)}`;
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
  return output;
}

if (import.meta.main) await benchTma();
