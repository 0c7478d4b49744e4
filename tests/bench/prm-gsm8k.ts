import { availableParallelism, loadavg } from "node:os";
import { createRandom } from "../../shared/lm/random.ts";
import { auroc, aurocOfDraws } from "../../shared/methods/auroc.ts";
import method from "../../shared/methods/implicit-prm/method.ts";
import { meanSd } from "../../shared/methods/measured.ts";
import type { MemoryOptions } from "../fixtures/memory-context.ts";
import { runToEnd } from "../fixtures/run-to-end.ts";
import {
  gsm8k,
  hasSolutions,
  hasStories,
  preferencesContent,
  storiesModel,
} from "../methods/implicit-prm/fixtures.ts";

const maxTokens = 512;
const losses = ["ce", "dpo"] as const;

/**
 * Reward models of real solutions of several lines: trained on labels of GSM8K's model solutions, from a model of
 * children's stories, and held to solutions held out, beside the length alone; the first of those then step by step.
 * 100 problems of four solutions, or as many as `BENCH_GSM8K_PROBLEMS` says.
 */
export async function benchGsm8k(problems = Number(process.env.BENCH_GSM8K_PROBLEMS ?? 100)) {
  if (!hasSolutions || !hasStories) {
    console.log("GSM8K's solutions and stories260K are not here: nothing is measured");
    return [];
  }
  const rows = gsm8k(problems);
  const options: MemoryOptions = {
    contents: new Map([["gsm8k", preferencesContent("gsm8k", rows)]]),
    models: new Map([["stories", storiesModel()]]),
    threads: availableParallelism(),
  };
  const results = [];
  for (const loss of losses) results.push(await trainBy(loss, options));
  console.table(results.map(({ figures }) => figures));
  console.log(`Length alone, the shorter the better: ${lengthAlone(rows)}`);
  const last = results.at(-1);
  if (last !== undefined) await scoreOne(rows, { ...options, models: last.models });
  return results.map(({ figures }) => figures);
}

async function trainBy(loss: (typeof losses)[number], options: MemoryOptions) {
  const data = { from: "preferences", dataset: "gsm8k", model: "stories", maxTokens };
  const input = {
    ...{ task: "train", loss, beta: 0.5, sizes: [1, 2, 3] },
    data: { ...data, answer: String.raw`A: (-?[\d,.]+)`, heldOutShare: 0.3 },
    training: { steps: 60, batch: 8, learningRate: 5e-4 },
  };
  const begun = performance.now();
  // Problems of which one solution alone is short enough leave nothing to choose from.
  const chosen = await runToEnd(method, input, options).catch(() =>
    runToEnd(method, { ...input, sizes: [1] }, options),
  );
  const { output, last } = chosen;
  if (output.task !== "train") throw new Error("a training expected");
  const { outcome, bestOfN, trainedOn, leftOut, process } = output;
  const n = Math.max(1, ...bestOfN.map((one) => one.n));
  const at = (name: string) => bestOfN.find((one) => one.n === n && one.method === name);
  const shown = (value: number | null | undefined, sd: number | null | undefined) =>
    `${(value ?? Number.NaN).toFixed(3)} ± ${(sd ?? Number.NaN).toFixed(3)}`;
  const figures = {
    loss,
    "trained on": trainedOn,
    "left out": leftOut,
    "held out": outcome.responses,
    right: outcome.right.toFixed(3),
    "outcome AUROC": shown(outcome.auroc, outcome.aurocSd),
    N: n,
    "smallest step": shown(at("min")?.accuracy, at("min")?.sd),
    majority: shown(at("majority")?.accuracy, at("majority")?.sd),
    oracle: shown(at("oracle")?.accuracy, at("oracle")?.sd),
    "smallest is last": process.smallestIsLast.toFixed(3),
    s: Math.round((performance.now() - begun) / 1000),
    "load average": Number(loadavg()[0]?.toFixed(1)),
  };
  return { figures, models: last.models };
}

/** How the length of a solution tells right from wrong ones. */
function lengthAlone(rows: ReturnType<typeof gsm8k>): string {
  const all = rows.flatMap(({ responses }, problem) => responses.map((one) => ({ ...one, problem })));
  const [scores, marks, groups] = [
    all.map(({ text }) => -text.length),
    all.map(({ label }) => label),
    all.map(({ problem }) => problem),
  ];
  const drawn = aurocOfDraws(scores, marks, groups, { draws: 200, random: createRandom(0, "length") });
  return `${auroc(scores, marks)?.toFixed(3)} ± ${meanSd(drawn).sd.toFixed(3)}`;
}

async function scoreOne(rows: ReturnType<typeof gsm8k>, options: MemoryOptions) {
  const row = rows.at(-1);
  const input = {
    ...{ task: "score", model: `reward-model-${losses.at(-1)}`, reference: "stories", beta: 0.5 },
    ...{ prompt: row?.prompt, response: row?.responses[0]?.text, maxTokens: 4096 },
  };
  const { output } = await runToEnd(method, input, options);
  if (output.task !== "score") throw new Error("scores expected");
  console.table(
    output.steps.map(({ text, reward, cumulative }) => ({
      text: text.trim().slice(0, 60),
      reward,
      cumulative,
    })),
  );
}

if (import.meta.main) await benchGsm8k();
