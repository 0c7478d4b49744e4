import { checkpointPace } from "../../checkpoint-pace.ts";
import type { Paused, RunContext } from "../../contract.ts";
import { noFrequencies } from "../tfidf.ts";
import { arrangeSeeds } from "./arrange-seeds.ts";
import { concludeStudy } from "./conclude.ts";
import type { StudyInput } from "./input.ts";
import { readMaterial } from "./material.ts";
import type { StudyOutput } from "./output.ts";
import { jobsOf } from "./plan.ts";
import { studying } from "./state.ts";
import { trainAll } from "./train-all.ts";

/** Trains a model in each order, with several seeds, and holds the paper's three claims to the losses. */
export async function study(input: StudyInput, ctx: RunContext): Promise<StudyOutput | Paused> {
  const begun = (await ctx.checkpoint.load(studying)) ?? { orders: [], trials: [] };
  const embedded = begun.orders.length === input.seeds;
  const counted = embedded ? noFrequencies() : begun.arranging?.frequencies;
  const material = await readMaterial(input, ctx, counted);
  const jobs = jobsOf(input, material.tasks);
  const bench = { input, ctx, pace: checkpointPace(ctx), material, jobs };
  const arranged = await arrangeSeeds(bench, begun);
  if (arranged === "out of time") return ctx.pause();
  const trained = await trainAll(bench, arranged);
  if (trained === "out of time") return ctx.pause();
  return concludeStudy(bench, trained);
}
