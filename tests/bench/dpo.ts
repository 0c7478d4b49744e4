import { availableParallelism, loadavg } from "node:os";
import { adamWDefaults } from "../../shared/engine/adamw.ts";
import { constantSchedule } from "../../shared/engine/schedule.ts";
import { configure } from "../../shared/lm/config.ts";
import { createInstructionTuning, createOutcomeTuning } from "../../shared/lm/fine-tuning/fine-tuning.ts";
import { createResponseScorer } from "../../shared/lm/fine-tuning/response-scorer.ts";
import { createRandom } from "../../shared/lm/random.ts";
import { initialWeights } from "../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../shared/lm/transformer/transformer.ts";

const threads = availableParallelism();
const [pairs, length, promptLength] = [8, 128, 32];
/** Of each, in turns, so that all see the same machine; the first is not counted. */
const steps = 12;

const widths = [
  { dModel: 128, layers: 4, heads: 4 },
  { dModel: 256, layers: 4, heads: 8 },
];

/**
 * A step of DPO on pairs of responses beside two plain steps, forward, backward and AdamW, on the same rows; and what
 * the reference would add to each step if it were not scored once, before the training.
 */
export async function benchDpo() {
  const rows = [];
  for (const shape of widths) rows.push(await compareAt(shape));
  console.table(rows);
  return rows;
}

async function compareAt(shape: (typeof widths)[number]) {
  const position = { type: "rope", theta: 10_000 } as const;
  const config = configure({ ...shape, vocabularySize: 256, contextLength: length, position });
  const weights = initialWeights(weightsOf(config), 0);
  const random = createRandom(0, "bench");
  const tokens = (count: number) => Int32Array.from({ length: count }, () => random.integer(256));
  const rows = Array.from({ length: 2 * pairs }, () => ({
    prompt: tokens(promptLength),
    response: tokens(length + 1 - promptLength),
  }));
  const scorer = createResponseScorer({ config, weights }, { threads });
  const reference = (await scorer.score(rows)).map((scores) => scores.reduce((sum, one) => sum + one, 0));
  const referenced = rows.map((row, at) => ({ ...row, reference: reference[at] ?? 0 }));
  const options = {
    ...{ seed: 0, length, threads, batch: pairs, adamW: adamWDefaults },
    schedule: constantSchedule({ peak: 1e-5, steps, warmupSteps: 0 }),
  };
  const start = { from: "weights", weights } as const;
  let [pair, row] = [0, 0];
  const dpo = await createOutcomeTuning(
    config,
    { ...options, loss: "dpo", beta: 0.05 },
    () => {
      const at = 2 * (pair++ % pairs);
      return { rows: referenced.slice(at, at + 2), label: 1 };
    },
    start,
  );
  const plain = await createInstructionTuning(
    config,
    options,
    () => rows[row++ % rows.length] ?? { prompt: [], response: [] },
    start,
  );
  const times = {
    dpo: Number.POSITIVE_INFINITY,
    plain: Number.POSITIVE_INFINITY,
    reference: Number.POSITIVE_INFINITY,
  };
  for (let step = 0; step < steps; step++) {
    const took = {
      dpo: await timed(() => dpo.advance()),
      plain: (await timed(() => plain.advance())) + (await timed(() => plain.advance())),
      reference: await timed(() => scorer.score(rows)),
    };
    if (step === 0) continue;
    times.dpo = Math.min(times.dpo, took.dpo);
    times.plain = Math.min(times.plain, took.plain);
    times.reference = Math.min(times.reference, took.reference);
  }
  for (const one of [dpo, plain, scorer]) await one.release();
  const rounded = (value: number) => Number(value.toFixed(2));
  return {
    "layers, d": `${shape.layers}, ${shape.dModel}`,
    rows: `${2 * pairs} of ${length}`,
    "DPO step, ms": rounded(times.dpo),
    "two plain steps, ms": rounded(times.plain),
    "DPO beside them": rounded(times.dpo / times.plain),
    "reference, once, ms": rounded(times.reference),
    "DPO beside them if at every step": rounded((times.dpo + times.reference) / times.plain),
    "load average": Number(loadavg()[0]?.toFixed(1)),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

if (import.meta.main) await benchDpo();
