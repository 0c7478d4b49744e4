import { availableParallelism, loadavg } from "node:os";
import { flopsOf } from "../../shared/engine/flops.ts";
import { configure, type ModelConfig } from "../../shared/lm/config.ts";
import type { Example } from "../../shared/lm/fine-tuning/example.ts";
import { exampleGraph } from "../../shared/lm/fine-tuning/example-graph.ts";
import { createResponseScorer } from "../../shared/lm/fine-tuning/response-scorer.ts";
import { createRandom } from "../../shared/lm/random.ts";
import { initialWeights } from "../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../shared/lm/transformer/transformer.ts";
import { stepRewards, tokenRewards } from "../../shared/methods/implicit-prm/rewards.ts";
import { sgemmPeak } from "./training-step.ts";

const threads = availableParallelism();
const [promptLength, length, responses] = [64, 256, 64];

const models = [
  { model: "4 layers, d 128, bytes", vocabularySize: 256, dModel: 128, layers: 4, heads: 4 },
  { model: "6 layers, d 288, 32,000 tokens", vocabularySize: 32_000, dModel: 288, layers: 6, heads: 6 },
];

/** Rewards of steps from responses of 193 tokens to prompts of 64, by a policy and its reference, in tokens a second. */
export async function benchStepScoring() {
  const rows = [];
  for (const { model, ...shape } of models) {
    const position = { type: "rope", theta: 10_000 } as const;
    rows.push({ model, ...(await scoreSteps(configure({ ...shape, contextLength: length, position }))) });
  }
  console.table(rows);
  return rows;
}

async function scoreSteps(config: ModelConfig) {
  const before = await sgemmPeak();
  const examples = randomExamples(config.vocabularySize);
  const scorers = [1, 2].map((seed) =>
    createResponseScorer({ config, weights: initialWeights(weightsOf(config), seed) }, { threads }),
  );
  const rewards = async () => {
    const [policy, reference] = [await scorers[0]?.score(examples), await scorers[1]?.score(examples)];
    return examples.map(({ response }, at) =>
      stepRewards(
        tokenRewards({ policy: policy?.[at] ?? [], reference: reference?.[at] }, 0.05),
        Int32Array.from(response, (_, token) => Math.floor(token / 32)),
        Math.ceil(response.length / 32),
      ),
    );
  };
  await rewards(); // compiles
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const begun = performance.now();
    await rewards();
    best = Math.min(best, (performance.now() - begun) / 1000);
  }
  await Promise.all(scorers.map((scorer) => scorer.release()));
  // The machine's clock and its other work change: the peak is taken on both sides.
  const peak = Math.max(before, await sgemmPeak());
  const { graph, logProbabilities } = exampleGraph(config, { batch: 16, length });
  const read = 2 * responses * length;
  const rate = (flopsOf(graph, [logProbabilities]).products / (16 * length)) * (read / best);
  return {
    "response tokens/s, by both models": Math.round((responses * (length + 1 - promptLength)) / best),
    "tokens read/s": Math.round(read / best),
    "GFLOP/s": Number((rate / 1e9).toFixed(1)),
    "of sgemm's peak": `${((100 * rate) / 1e9 / peak).toFixed(0)} %`,
    "load average": Number(loadavg()[0]?.toFixed(1)),
  };
}

function randomExamples(vocabulary: number): Example[] {
  const random = createRandom(0, "bench");
  const tokens = (count: number) => Int32Array.from({ length: count }, () => random.integer(vocabulary));
  return Array.from({ length: responses }, () => ({
    prompt: tokens(promptLength),
    response: tokens(length + 1 - promptLength),
  }));
}

if (import.meta.main) await benchStepScoring();
