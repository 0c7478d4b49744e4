import { shares } from "./arrange-seeds.ts";
import type { Bench } from "./bench.ts";
import { createJudge } from "./evaluate.ts";
import { armOf, type Job } from "./plan.ts";
import type { Studying } from "./state.ts";
import { trainOne } from "./train-one.ts";

/** Does all trainings that are not done; out of time, the state is in the checkpoint. */
export async function trainAll(bench: Bench, begun: Studying): Promise<Studying | "out of time"> {
  const { ctx, pace, material, jobs } = bench;
  const judge = createJudge(material.base, ctx.threads);
  let state = begun;
  try {
    for (const [at, job] of [...jobs.entries()].slice(begun.trials.length)) {
      if (ctx.outOfTime()) {
        await pace.save(state);
        return "out of time";
      }
      const trial = await trainOne(bench, judge, job, state, (share, loss) =>
        progress(bench, at, share, loss),
      );
      if (trial === "out of time") return trial;
      const { current: _, ...done } = state;
      state = { ...done, trials: [...state.trials, trial] };
      await pace.offer(() => state);
    }
    return state;
  } finally {
    await judge.release();
  }
}

/** Of the bar from where all orders are made: by the items that are trained on. */
function progress({ input, ctx, jobs }: Bench, at: number, share: number, loss: number): void {
  const size = (job: Job) => (job.kind === "order" ? 1 : job.share * input.subsets.passes);
  const work = (some: readonly Job[]) => some.reduce((sum, job) => sum + size(job), 0);
  const [job] = jobs.slice(at, at + 1);
  if (job === undefined) return;
  const done = (work(jobs.slice(0, at)) + share * size(job)) / work(jobs);
  const what = `${armOf(job)}, seed ${job.seed + 1} of ${input.seeds}: loss ${loss.toFixed(3)}`;
  ctx.progress(shares.arranged + (0.98 - shares.arranged) * done, what);
}
