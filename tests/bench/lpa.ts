import { availableParallelism } from "node:os";
import { adamWDefaults } from "../../shared/engine/adamw.ts";
import { constantSchedule } from "../../shared/engine/schedule.ts";
import { configure, type ModelConfig, networkOf } from "../../shared/lm/config.ts";
import { windowsOf } from "../../shared/lm/rows.ts";
import { createTraining, type Training } from "../../shared/lm/training.ts";
import { costOf, matchedSize } from "../../shared/methods/lpa/cost.ts";

const widths = [512, 1024];
const [layers, batch, length] = [2, 4, 128];
/** Of each model, in turns, so that all see the same machine; the first is not counted. */
const steps = 6;

interface Timed {
  readonly model: string;
  readonly config: ModelConfig;
}

/**
 * Training speed of low-rank attention at r = d/4, also parameter-matched, beside the dense model's: by the
 * clock on all cores, and by processor time on one, which other work on the machine hardly moves.
 */
export async function benchLpa() {
  const rows = [];
  for (const dModel of widths) rows.push(...(await compareAt(dModel)));
  console.table(rows);
  return rows;
}

async function compareAt(dModel: number) {
  const models = modelsOf(dModel);
  const clock = await bestSteps(models, availableParallelism(), () => performance.now());
  const processor = await bestSteps(models, 1, () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  });
  const costs = models.map(({ config }) => costOf(config, length));
  const beside = (values: readonly number[], at: number) =>
    (values[at] ?? Number.NaN) / (values[0] ?? Number.NaN);
  return models.map(({ model }, at) => ({
    "layers, d": `${layers}, ${dModel}`,
    model,
    parameters: costs[at]?.parameters,
    "ms (best)": rounded(clock[at] ?? Number.NaN, 1),
    "tokens/s": Math.round((1000 * batch * length) / (clock[at] ?? Number.NaN)),
    "speed beside dense": rounded(1 / beside(clock, at), 2),
    "processor ms (best)": rounded(processor[at] ?? Number.NaN, 1),
    "time beside dense": rounded(beside(processor, at), 2),
    "operations beside dense": rounded(
      beside(
        costs.map(({ trainingFlopsPerToken }) => trainingFlopsPerToken),
        at,
      ),
      2,
    ),
  }));
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

function modelsOf(dModel: number): readonly Timed[] {
  const dense = configure({
    vocabularySize: 256,
    contextLength: length,
    dModel,
    layers,
    heads: dModel / 64,
    position: { type: "rope", theta: 10_000 },
  });
  const low: ModelConfig = {
    ...dense,
    attention: { type: "low-rank", rank: dModel / 4, initialisation: "variance-matched" },
  };
  const matched = { ...low, feedForward: { ...networkOf(dense), size: matchedSize(dense, low) } };
  return [
    { model: "dense", config: dense },
    { model: "low-rank attention", config: low },
    { model: "parameter-matched", config: matched },
  ];
}

/** Milliseconds of each model's quickest step, by the given clock. */
async function bestSteps(
  models: readonly Timed[],
  threads: number,
  clock: () => number,
): Promise<readonly number[]> {
  const trainings = await Promise.all(models.map(({ config }) => trainingOf(config, threads)));
  const best = models.map(() => Number.POSITIVE_INFINITY);
  for (let step = 0; step < steps; step++) {
    for (const [at, training] of trainings.entries()) {
      const begun = clock();
      await training.advance();
      if (step > 0) best[at] = Math.min(best[at] ?? Number.POSITIVE_INFINITY, clock() - begun);
    }
  }
  await Promise.all(trainings.map((training) => training.release()));
  return best;
}

function trainingOf(config: ModelConfig, threads: number): Promise<Training> {
  const text = Uint8Array.from({ length: 10_000 }, (_, i) => (i * i + 7 * i) % 256);
  return createTraining(
    config,
    {
      seed: 0,
      batch,
      length,
      threads,
      adamW: adamWDefaults,
      schedule: constantSchedule({ peak: 1e-4, steps, warmupSteps: 0 }),
      rows: windowsOf(text, length),
    },
    { from: "scratch" },
  );
}

if (import.meta.main) await benchLpa();
