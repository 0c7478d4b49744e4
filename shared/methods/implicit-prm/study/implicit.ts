import { type OutcomeLossName, rowsPerExample } from "../../../lm/fine-tuning/outcome-loss.ts";
import { createResponseScorer } from "../../../lm/fine-tuning/response-scorer.ts";
import { createRandom } from "../../../lm/random.ts";
import { answerOf, drawProblem } from "../arithmetic.ts";
import type { JudgeName } from "../labels.ts";
import { type Response, rolloutResponses } from "../responses.ts";
import { mismatchedExamples, outcomeExamples, requireExamples, trainReward } from "../reward-training.ts";
import type { RewardSettings } from "../settings.ts";
import { paceOf } from "../tuned.ts";
import { continued, logProbabilities, weightsAt } from "../work.ts";
import { type Bench, type Judge, scoredByTrained } from "./bench.ts";
import { costOf, readTokens } from "./compute.ts";
import { judgedByTokens, votes } from "./judging.ts";

/** What the reference says of responses to train on, which every loss reads. */
interface Referenced {
  readonly responses: readonly Response[];
  readonly own: readonly Float32Array[];
}

/** Judges by beta log pi / ref for each loss, by log pi alone where a loss trained it, and by the reference alone. */
export async function implicitJudges(bench: Bench): Promise<Judge[]> {
  const { input, base, measured } = bench;
  const responses = measured.map(({ response }) => response);
  const reference = await logProbabilities(bench.work, bench.part("reference"), responses, base);
  const own = await logProbabilities(bench.work, bench.part("reference of training"), bench.training, base);
  const data = { responses: bench.training, own };
  const judges: Judge[] = [];
  for (const loss of input.losses) {
    const pace = paceOf(loss, input.paces[loss]);
    const { policy, cost } = await tuned(bench, loss, { loss, ...pace }, data);
    judges.push(ratio(bench, loss, policy, reference, cost));
    if (loss === "ce" || loss === "dpo") judges.push(alone(bench, `policy-${loss}`, policy));
  }
  if (input.more !== undefined) {
    const more = await moreResponses(bench, input.more.problems);
    const { steps, learningRate } = input.more;
    const { policy, cost } = await tuned(bench, "ce-large", { loss: "ce", steps, learningRate }, more);
    judges.push(ratio(bench, "ce-large", policy, reference, cost));
  }
  return [...judges, alone(bench, "reference", reference)];
}

function ratio(
  { measured, input }: Bench,
  name: JudgeName,
  policy: readonly Float32Array[],
  reference: readonly Float32Array[],
  cost: Judge["cost"],
): Judge {
  const judged = judgedByTokens(measured, policy, reference, input.beta);
  return { name, judged, weigh: votes.reward, ...(cost !== undefined && { cost }) };
}

function alone({ measured }: Bench, name: JudgeName, model: readonly Float32Array[]): Judge {
  return { name, judged: judgedByTokens(measured, model, undefined, 1), weigh: votes.logProbability };
}

/** Trains by a loss, and scores what is measured. */
async function tuned(
  bench: Bench,
  name: JudgeName,
  pace: Pick<RewardSettings, "loss" | "steps" | "learningRate">,
  { responses, own }: Referenced,
) {
  const { work, input, base, measured, units } = bench;
  const threads = { threads: work.ctx.threads };
  const mismatches = pace.loss === "kto" ? mismatchedExamples(responses, work.seed) : [];
  const mismatched = await logProbabilities(work, bench.part(`${name} mismatched`), mismatches, base);
  const examples = outcomeExamples(pace.loss, responses, mismatches, { own, mismatched });
  requireExamples(examples, pace.loss, "data.responses");
  const settings = { ...input.training, beta: input.beta, lambda: input.lambda, ...pace };
  const policy = await scoredByTrained(
    bench,
    {
      name,
      steps: pace.steps,
      create: (from) => trainReward(base, settings, examples, { seed: work.seed, ...threads }, from),
      scorer: (done) => createResponseScorer({ ...base, weights: weightsAt(base.config, done) }, threads),
    },
    measured.map(({ response }) => response),
  );
  const cost = costOf(units, {
    responses: responses.length,
    rows: 2 * responses.length + mismatches.length,
    trainedTokens: trainedRows(pace.loss, pace.steps, settings.batch) * readTokens,
    flops: work.state.flops[name] ?? 0,
  });
  return { policy, cost };
}

const trainedRows = (loss: OutcomeLossName, steps: number, batch: number): number =>
  steps * batch * rowsPerExample(loss);

/** Rollouts to further problems. */
async function moreResponses({ work, input, base, part }: Bench, count: number): Promise<Referenced> {
  const random = createRandom(work.seed, "more problems");
  const problems = Array.from({ length: count }, () => drawProblem(random));
  const each = () => input.data.responses;
  const texts = problems.flatMap((problem) => new Array<string>(each()).fill(problem));
  const solutions = await continued(work, part("more rollouts"), texts, base);
  const { responses } = rolloutResponses(problems, solutions, each, answerOf, base);
  const own = await logProbabilities(work, part("reference of more"), responses, base);
  return { responses, own };
}
