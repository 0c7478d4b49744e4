import { parametersOf } from "../../lm/stored-model.ts";
import { type CheckpointPace, checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { compareFindings } from "./compare-findings.ts";
import { compareReport } from "./compare-report.ts";
import {
  type Bench,
  type Comparing,
  comparing,
  learn,
  read,
  toCalibrate,
  toWrite,
  trainingShare,
  writeOne,
} from "./compare-units.ts";
import { type Corpus, readCorpus } from "./corpus.ts";
import { type FamilyTraining, untrained } from "./family.ts";
import type { CompareInput } from "./input.ts";
import type { Compared, CompareOutput } from "./output.ts";
import { trainedCast, trainPair } from "./pair.ts";
import { promptsOf } from "./prompts.ts";
import { type Setting, settingsOf } from "./settings.ts";
import { atRandom, noTally, outcomeOf, share, type Tally } from "./tally.ts";
import { type Cast, contextOf, namedCast, openStage } from "./voices.ts";

/** Holds decoders and routers against each other on one set of prompts. */
export async function compare(input: CompareInput, ctx: RunContext): Promise<CompareOutput | Paused> {
  const pace = checkpointPace(ctx);
  const named = await namedCast(input, ctx);
  if (named !== undefined) promptsFit(input, contextOf(named));
  const corpus = await corpusOf(input, ctx, named);
  let state: Comparing = (await ctx.checkpoint.load(comparing)) ?? begin(input);
  if (named === undefined) {
    const stateWith = (family: FamilyTraining) => ({ ...state, family });
    const { family: begun } = state;
    const family = await trainPair({ input, ctx, pace, corpus, begun, share: trainingShare, stateWith });
    if (family === "out of time") return ctx.pause();
    state = { ...state, family };
  }
  const cast = named ?? (await trainedCast(state.family, ctx));
  const prompts = await promptsOf(input, ctx, corpus, cast.small, contextOf(cast));
  if (prompts.length === 0) throw new RangeError("prompts: there is none");
  const window = Math.max(
    input.trainingLength,
    ...prompts.map(({ tokens, maxTokens }) => tokens.length + maxTokens),
  );
  const stage = await openStage(cast, { window, threads: ctx.threads });
  const bench = { input, ctx, corpus, cast, stage, prompts, settings: settingsOf(input) };
  try {
    const done = await measure(bench, pace, state);
    return done === "out of time" ? ctx.pause() : await conclude(bench, done);
  } finally {
    await stage.release();
  }
}

/** Throws RangeError where named models cannot hold a place of the text. */
function promptsFit({ prompts }: CompareInput, context: number): void {
  if (prompts.from !== "text" || prompts.promptTokens + prompts.maxTokens <= context) return;
  throw new RangeError(
    `prompts.maxTokens: with promptTokens, ${prompts.promptTokens + prompts.maxTokens}, above the models' context of ${context}`,
  );
}

const begin = (input: CompareInput): Comparing => ({
  family: untrained,
  calibrated: {},
  read: 0,
  written: 0,
  tallies: settingsOf(input).map(() => noTally),
});

function corpusOf(input: CompareInput, ctx: RunContext, named: Cast | undefined): Promise<Corpus> {
  const { prompts, trainingLength, calibrationTokens } = input;
  const place = prompts.from === "text" ? prompts.promptTokens + prompts.maxTokens : trainingLength;
  const count = prompts.from === "text" ? prompts.count : 64;
  return readCorpus(input, ctx, {
    calibrationTokens,
    evaluationTokens: Math.max(place * count, 4096),
    longest: place,
    tokenizer: named?.small.tokenizer,
  });
}

/** Learns routers, reads the texts, then writes: each unit from where `begun` says it stands. */
async function measure(
  bench: Bench,
  pace: CheckpointPace,
  begun: Comparing,
): Promise<Comparing | "out of time"> {
  const { ctx, input, prompts } = bench;
  let state = begun;
  const next = (): ((state: Comparing) => Promise<Comparing>) | undefined => {
    const decoder = toCalibrate(bench).find((name) => !(name in state.calibrated));
    if (decoder !== undefined) return (before) => learn(bench, decoder, before);
    if (input.prompts.from === "text" && state.read < prompts.length) return (before) => read(bench, before);
    if (state.written < toWrite(bench).length * prompts.length) return (before) => writeOne(bench, before);
    return undefined;
  };
  for (let unit = next(); unit !== undefined; unit = next()) {
    ctx.signal.throwIfAborted();
    if (ctx.outOfTime()) {
      await pace.save(state);
      return "out of time";
    }
    state = await unit(state);
    const now = state;
    await pace.offer(() => now);
  }
  return state;
}

async function conclude(bench: Bench, state: Comparing): Promise<CompareOutput> {
  const { input, ctx, cast, corpus, settings, prompts } = bench;
  const results = settings.map((setting, at) =>
    resultOf(bench, setting, state.tallies[at] ?? noTally, state),
  );
  const output: CompareOutput = {
    task: "compare",
    quality: input.prompts.from === "text" ? "right tokens" : "right answers",
    prompts: prompts.length,
    models: { small: parametersOf(cast.small.config), large: parametersOf(cast.large.config) },
    saved: state.family.members.map(({ model }) => model),
    results,
    findings: compareFindings(results),
  };
  const run = { runId: ctx.runId, seed: ctx.seed };
  const files = compareReport({ run, input, output, members: state.family.members, text: corpus.name });
  for (const { name, body, type } of files) await ctx.artifact(name, body, type);
  return output;
}

function resultOf({ input, settings }: Bench, setting: Setting, sums: Tally, state: Comparing): Compared {
  const { decoder, router, twin, targetRate } = setting;
  const other = twin === undefined ? undefined : settings[twin];
  const byExpectation = twin !== undefined && input.prompts.from === "text";
  const outcome = byExpectation ? atRandom(state.tallies[twin] ?? noTally) : outcomeOf(sums);
  const { tokens, calls, seconds } = sums;
  return {
    decoder,
    router,
    beside: other?.router ?? null,
    targetRate: targetRate ?? other?.targetRate ?? null,
    rate: outcome.rate,
    quality: outcome.quality,
    cof: outcome.cof,
    cofUntuned: decoder === "proxy" ? (outcome.cofUntuned ?? null) : null,
    tokensPerLargeCall: calls === 0 ? null : tokens / calls,
    tokensPerSecond: tokens === 0 ? null : share(tokens, seconds),
  };
}
