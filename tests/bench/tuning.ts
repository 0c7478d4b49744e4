import { availableParallelism } from "node:os";
import * as z from "zod";
import { adamWDefaults } from "../../shared/engine/adamw.ts";
import { constantSchedule } from "../../shared/engine/schedule.ts";
import type { Adapter } from "../../shared/lm/adapter.ts";
import { configure, swigluSize } from "../../shared/lm/config.ts";
import type { Example } from "../../shared/lm/fine-tuning/example.ts";
import { createInstructionTuning } from "../../shared/lm/fine-tuning/fine-tuning.ts";
import { createRandom } from "../../shared/lm/random.ts";
import type { Training } from "../../shared/lm/training.ts";
import { initialWeights } from "../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../shared/lm/transformer/transformer.ts";
import { inTorch } from "./torch.ts";
import { benchPacking } from "./tuning-packing.ts";

interface Shape {
  readonly dModel: number;
  readonly layers: number;
  readonly heads: number;
  readonly batch: number;
  readonly length: number;
  readonly vocabulary: number;
}

const shapes: readonly Shape[] = [
  { dModel: 256, layers: 4, heads: 8, batch: 8, length: 256, vocabulary: 256 },
  { dModel: 512, layers: 4, heads: 8, batch: 4, length: 256, vocabulary: 2048 },
];
const trained: Readonly<Record<string, Adapter | undefined>> = {
  "all weights": undefined,
  "adapters of rank 8": { rank: 8, alpha: 16 },
  "adapters of rank 8, queries and values": { rank: 8, alpha: 16, projections: ["q_proj", "v_proj"] },
};
/** Of each, in turns, so that all see the same machine; the first two are not counted. */
const steps = 12;
const threads = availableParallelism();

/** Fine-tuning: all weights beside adapters, in this engine and in PyTorch; rows of their own beside shared ones. */
export async function benchTuning() {
  const rows = [];
  for (const shape of shapes) rows.push(...(await compare(shape)));
  console.table(rows);
  return { adapters: rows, packing: await benchPacking() };
}

async function compare(shape: Shape) {
  const names = Object.keys(trained);
  const trainings = await Promise.all(names.map((name) => trainingOf(shape, trained[name])));
  const times = await inTurns(trainings);
  const theirs = names.map((name) => torchStep(shape, trained[name]));
  const rows = names.map((name, at) => {
    const { cost, parameters } = trainings[at] as Training; // one for each name
    const { inputs, outputs, optimiser, peakIntermediate } = cost.memory;
    const torch = theirs[at];
    return {
      step: `${shape.layers} layers, d ${shape.dModel}, ${shape.batch} x ${shape.length}`,
      "what is trained": name,
      parameters,
      "ms (median)": rounded(median(times[at]), 1),
      "ms (best)": rounded(Math.min(...(times[at] ?? [])), 1),
      "time beside all": rounded(median(times[at]) / median(times[0]), 2),
      "GFLOP of products": rounded(cost.flops.products / 1e9, 1),
      "MB of weights, gradients, moments": megabytes(inputs + outputs + optimiser),
      "MB between operations": megabytes(peakIntermediate),
      "PyTorch ms (median)": torch === undefined ? "" : rounded(torch.millisecondsPerStep, 1),
      "PyTorch ms (best)": torch === undefined ? "" : rounded(torch.millisecondsBest, 1),
      "times PyTorch": torch === undefined ? "" : rounded(torch.millisecondsPerStep / median(times[at]), 2),
    };
  });
  for (const training of trainings) await training.release();
  return rows;
}

function trainingOf(shape: Shape, adapter: Adapter | undefined): Promise<Training> {
  const { dModel, layers, heads, batch, length, vocabulary } = shape;
  const position = { type: "rope", theta: 10_000 } as const;
  const sizes = { vocabularySize: vocabulary, contextLength: length, dModel, layers, heads };
  const config = configure({ ...sizes, position });
  const base = initialWeights(weightsOf(config), 0);
  const random = createRandom(0, "rows");
  const example: Example = {
    prompt: Array.from({ length: length / 2 }, () => random.integer(vocabulary)),
    response: Array.from({ length: length / 2 + 1 }, () => random.integer(vocabulary)),
  };
  return createInstructionTuning(
    config,
    {
      ...{ seed: 0, batch, length, threads, adamW: adamWDefaults },
      schedule: constantSchedule({ peak: 1e-4, steps, warmupSteps: 0 }),
      adapter: adapter && { ...adapter, base },
    },
    () => example,
    adapter === undefined ? { from: "weights", weights: base } : { from: "scratch" },
  );
}

/** Milliseconds of the steps of each. */
async function inTurns(trainings: readonly Training[]): Promise<readonly number[][]> {
  const times = trainings.map((): number[] => []);
  for (let step = 0; step < steps; step++) {
    for (const [at, training] of trainings.entries()) {
      const begun = performance.now();
      await training.advance();
      if (step >= 2) times[at]?.push(performance.now() - begun);
    }
  }
  return times;
}

function median(values: readonly number[] = []): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
const megabytes = (bytes: number) => rounded(bytes / 2 ** 20, 1);

const torchResult = z.object({ millisecondsPerStep: z.number(), millisecondsBest: z.number() });

/** The same step in PyTorch, where Debian's Python has it; with adapters on every layer or none. */
function torchStep(shape: Shape, adapter: Adapter | undefined) {
  if (adapter?.projections !== undefined) return undefined;
  const feedForward = swigluSize(shape.dModel);
  const request = { ...shape, ...adapter, feedForward, threads, steps };
  return inTorch("tuning_torch.py", request, torchResult);
}

if (import.meta.main) await benchTuning();
