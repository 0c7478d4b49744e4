import * as z from "zod";
import { createRandom } from "../../../lm/random.ts";
import { checkpointPace } from "../../checkpoint-pace.ts";
import type { Paused, RunContext } from "../../contract.ts";
import type { StudyInput } from "../input.ts";
import { nothingDone, untilCut, type Work, workState } from "../work.ts";
import type { StudyOutput } from "./output.ts";
import { partsOf } from "./progress.ts";
import { studyReport } from "./report.ts";
import { studySeed } from "./seed.ts";
import { type SeedFigures, seedFigures } from "./seed-figures.ts";
import { summarise } from "./summarise.ts";

/** Seeds that are done, and how far the next one is. */
const studyState = z.object({ done: z.array(seedFigures), work: workState });

/** Holds judges of steps beside each other, seed after seed. */
export async function study(input: StudyInput, ctx: RunContext): Promise<StudyOutput | Paused> {
  const begun = (await ctx.checkpoint.load(studyState)) ?? { done: [], work: nothingDone };
  return untilCut(ctx, async () => {
    const done = await allSeeds(input, ctx, begun);
    const output = summarise(done, input);
    const files = studyReport({ run: { runId: ctx.runId, seed: ctx.seed }, input, output });
    for (const { name, body, type } of files) await ctx.artifact(name, body, type);
    return output;
  });
}

async function allSeeds(
  input: StudyInput,
  ctx: RunContext,
  begun: z.infer<typeof studyState>,
): Promise<SeedFigures[]> {
  const pace = checkpointPace(ctx);
  const done = [...begun.done];
  let state = begun.work;
  while (done.length < input.seeds) {
    const before = [...done];
    const index = before.length;
    const work: Work = {
      ...{ ctx, pace, state, labels: { seed: String(index) } },
      seed: createRandom(ctx.seed, "study", index).next(),
      stateWith: (now) => ({ done: before, work: now }),
    };
    done.push(await studySeed(work, input, partsOf(input, index)));
    state = nothingDone;
    await pace.save({ done, work: state });
  }
  return done;
}
