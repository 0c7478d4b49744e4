import { bleu } from "../../shared/metrics/bleu.ts";
import { chrf } from "../../shared/metrics/chrf.ts";
import { addStatistics, emptySum, scoreOfSum } from "../../shared/metrics/corpus.ts";
import { meteor } from "../../shared/metrics/meteor.ts";
import { rouge } from "../../shared/metrics/rouge.ts";
import { ter } from "../../shared/metrics/ter.ts";
import { sentencePairs } from "./metrics-pairs.ts";

const metrics = {
  bleu: bleu({ tokenizer: "13a" }),
  chrf: chrf(),
  "chrf++": chrf({ wordOrder: 2 }),
  rouge2: rouge({ kind: "2" }),
  rougeL: rouge({ kind: "L" }),
  rougeLsum: rouge({ kind: "Lsum" }),
  meteor: meteor({ tokenizer: "none" }),
  ter: ter(),
};

/** `node --expose-gc metrics-score.ts METRIC COUNT`: scores that many pairs as they come. Prints JSON. */
const [name = "", count = ""] = process.argv.slice(2);
const metric = Object.entries(metrics).find(([known]) => known === name)?.[1];
if (metric === undefined) throw new Error(`no metric "${name}"`);

const sum = emptySum(metric);
let [seconds, microseconds] = [0, 0];
for (const batch of batches(sentencePairs(Number(count)), 500)) {
  const begun = performance.now();
  const used = process.cpuUsage();
  for (const { answer, references } of batch) addStatistics(sum, metric.statistics(answer, references));
  const { user, system } = process.cpuUsage(used);
  microseconds += user + system;
  seconds += (performance.now() - begun) / 1000;
}
const peakMiB = process.resourceUsage().maxRSS / 1024;
globalThis.gc?.();
const liveMiB = process.memoryUsage().heapUsed / 2 ** 20;
console.log(
  JSON.stringify({
    seconds,
    processorSeconds: microseconds / 1e6,
    score: scoreOfSum(metric, sum),
    peakMiB,
    liveMiB,
  }),
);

/** So that the clock is read seldom, and making the pairs is not timed. */
function* batches<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
