import { availableParallelism } from "node:os";
import { adamWDefaults } from "../../shared/engine/adamw.ts";
import { constantSchedule } from "../../shared/engine/schedule.ts";
import { configure } from "../../shared/lm/config.ts";
import { type Example, lengthOf } from "../../shared/lm/fine-tuning/example.ts";
import { createInstructionTuning, createPackedTuning } from "../../shared/lm/fine-tuning/fine-tuning.ts";
import { type Packing, packInOrder, packTightly, padShare } from "../../shared/lm/fine-tuning/packing.ts";
import { createRandom } from "../../shared/lm/random.ts";
import type { Training } from "../../shared/lm/training.ts";

const [longest, rowLength, vocabulary] = [256, 256, 256];
/** Tokens of a step, pads among them, in either way. */
const stepTokens = 2048;
const steps = 10;
const threads = availableParallelism();

interface Way {
  readonly name: string;
  readonly packing: Packing;
  readonly length: number;
}

/**
 * Instruction tuning on examples in rows of their own beside examples that share rows: 2,000 of log-normal lengths
 * (median 60 tokens, sigma 0.7, at most 256), a model of 4 layers of width 128.
 */
export async function benchPacking() {
  const examples = drawExamples(2000);
  const lengths = examples.map(lengthOf);
  const ways: readonly Way[] = [
    { name: "a row each", packing: lengths.map((_, at) => [at]), length: longest },
    { name: "shared, in order", packing: packInOrder(lengths, rowLength), length: rowLength },
    {
      name: "shared, tight in windows of 64",
      packing: packTightly(lengths, rowLength, { window: 64 }),
      length: rowLength,
    },
    { name: "shared, tight", packing: packTightly(lengths, rowLength), length: rowLength },
  ];
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const rates = await speeds(ways, examples);
  const rows = ways.map(({ name, packing, length }, at) => ({
    "2,000 examples": name,
    rows: packing.length,
    "pad tokens": `${(100 * padShare(lengths, packing, length)).toFixed(1)} %`,
    "tokens of examples/s": Math.round(rates[at] ?? Number.NaN),
    "s an epoch": Number((total / (rates[at] ?? Number.NaN)).toFixed(1)),
    speed: Number(((rates[at] ?? Number.NaN) / (rates[0] ?? Number.NaN)).toFixed(2)),
  }));
  console.table(rows);
  return rows;
}

function drawExamples(count: number): Example[] {
  const random = createRandom(0, "lengths");
  const tokens = (length: number) => Array.from({ length }, () => random.integer(vocabulary));
  return Array.from({ length: count }, () => {
    const drawn = Math.round(60 * Math.exp(0.7 * random.normal()));
    const length = Math.min(longest, Math.max(8, drawn));
    const prompt = Math.ceil(length / 3);
    return { prompt: tokens(prompt), response: tokens(length + 1 - prompt) };
  });
}

/** Tokens of examples a second of each way, by its best step, in turns. */
async function speeds(ways: readonly Way[], examples: readonly Example[]): Promise<readonly number[]> {
  const trainings = await Promise.all(ways.map((way) => trainingOf(way, examples)));
  const best = ways.map(() => Number.POSITIVE_INFINITY);
  for (let step = 0; step < steps; step++) {
    for (const [at, training] of trainings.entries()) {
      const begun = performance.now();
      await training.advance();
      if (step > 1) best[at] = Math.min(best[at] ?? Number.POSITIVE_INFINITY, performance.now() - begun);
    }
  }
  await Promise.all(trainings.map((training) => training.release()));
  return ways.map(({ packing, length }, at) => {
    const share = 1 - padShare(examples.map(lengthOf), packing, length);
    return (1000 * stepTokens * share) / (best[at] ?? Number.NaN);
  });
}

function trainingOf({ packing, length }: Way, examples: readonly Example[]): Promise<Training> {
  const config = configure({
    ...{ vocabularySize: vocabulary, contextLength: longest, dModel: 128, layers: 4, heads: 4 },
    position: { type: "rope", theta: 10_000 },
  });
  const options = {
    ...{ seed: 0, batch: stepTokens / length, length, threads, adamW: adamWDefaults },
    schedule: constantSchedule({ peak: 1e-4, steps, warmupSteps: 0 }),
  };
  let next = 0;
  const row = () => (packing[next++ % packing.length] ?? []).flatMap((at) => examples[at] ?? []);
  const start = { from: "scratch" } as const;
  if (packing.every(({ length: members }) => members === 1)) {
    const only = () => row()[0] ?? { prompt: [], response: [] };
    return createInstructionTuning(config, options, only, start);
  }
  return createPackedTuning(config, { ...options, longest }, row, start);
}
