import * as z from "zod";
import { mostProbable } from "../../lm/decoding/sampling.ts";
import { createRandom } from "../../lm/random.ts";
import { chunksOf } from "../../lm/rows.ts";
import { parametersOf } from "../../lm/stored-model.ts";
import { type CheckpointPace, checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { type CalibrationText, calibrate, calibration, learnedOf, thresholdAt } from "./calibration.ts";
import { forced } from "./collaborate.ts";
import { compareFindings } from "./compare-findings.ts";
import { compareReport } from "./compare-report.ts";
import { type Corpus, readCorpus } from "./corpus.ts";
import { type FamilyTraining, trainFamily, training, untrained } from "./family.ts";
import type { CompareInput, DecoderName } from "./input.ts";
import type { Compared, CompareOutput } from "./output.ts";
import { type Prompt, promptsOf } from "./prompts.ts";
import { defaultThresholds, featuresOf, isScored, type Routing, scoreOf } from "./routers.ts";
import { decodingOf, fusionOf, type Setting, samplingOf, scoredIn, settingsOf } from "./settings.ts";
import { add, atRandom, noTally, outcomeOf, share, type Tally, tally } from "./tally.ts";
import { prompted } from "./tasks.ts";
import {
  type Cast,
  contextOf,
  namedCast,
  openStage,
  pairMembers,
  type Stage,
  trainedCast,
} from "./voices.ts";
import { countOf, textOf, write } from "./written.ts";

/** Where a comparison stands. */
const comparing = z.object({
  family: training,
  /** What routers learned, by decoder. */
  calibrated: z.record(z.string(), calibration),
  /** Texts that were read with both models. */
  read: z.int(),
  /** Texts that were written, over all settings in order. */
  written: z.int(),
  tallies: z.array(tally),
});
type Comparing = z.infer<typeof comparing>;

interface Bench {
  readonly input: CompareInput;
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  readonly corpus: Corpus;
  readonly cast: Cast;
  readonly stage: Stage;
  readonly prompts: readonly Prompt[];
  readonly settings: readonly Setting[];
}

/** Share of the run that trainings are, where there are some. */
const trainingShare = 0.6;

/** Holds decoders and routers against each other on one set of prompts. */
export async function compare(input: CompareInput, ctx: RunContext): Promise<CompareOutput | Paused> {
  const pace = checkpointPace(ctx);
  const named = await namedCast(input, ctx);
  const corpus = await corpusOf(input, ctx, named);
  let state: Comparing = (await ctx.checkpoint.load(comparing)) ?? begin(input);
  if (named === undefined) {
    const family = await trainPair(input, ctx, pace, corpus, state);
    if (family === "out of time") return ctx.pause();
    state = { ...state, family };
  }
  const cast = named ?? (await trainedCast(state.family, ctx));
  const prompts = await promptsOf(input, ctx, corpus, contextOf(cast));
  if (prompts.length === 0) throw new RangeError("prompts: there is none");
  const window = Math.max(
    input.trainingLength,
    ...prompts.map(({ tokens, maxTokens }) => tokens.length + maxTokens),
  );
  const stage = await openStage(cast, { window, threads: ctx.threads });
  const bench = { input, ctx, pace, corpus, cast, stage, prompts, settings: settingsOf(input) };
  try {
    const done = await measure(bench, state);
    return done === "out of time" ? ctx.pause() : await conclude(bench, done);
  } finally {
    await stage.release();
  }
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

function trainPair(
  input: CompareInput,
  ctx: RunContext,
  pace: CheckpointPace,
  corpus: Corpus,
  state: Comparing,
): Promise<FamilyTraining | "out of time"> {
  const { tokenizer, validation } = corpus;
  return trainFamily(
    {
      ctx,
      pace,
      members: pairMembers(input, corpus),
      plan: input.training,
      length: input.trainingLength,
      tokenizer,
      validation,
      share: trainingShare,
      stateWith: (family) => ({ ...state, family }),
    },
    state.family,
  );
}

/** Learns routers, reads the texts, then writes: each unit from where `begun` says it stands. */
async function measure(bench: Bench, begun: Comparing): Promise<Comparing | "out of time"> {
  const { ctx, pace, input, prompts } = bench;
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

/** Decoders whose routers have something to learn. */
function toCalibrate({ settings }: Bench): DecoderName[] {
  return scoredIn(settings).length === 0 ? [] : [...new Set(settings.map(({ decoder }) => decoder))];
}

async function learn(bench: Bench, decoder: DecoderName, state: Comparing): Promise<Comparing> {
  const { ctx, input, stage } = bench;
  ctx.progress(trainingShare, `${decoder}: learning where the large model changes a token`);
  const known = await calibrate(
    stage.of(decoder),
    calibrationTexts(bench),
    fusionOf(input, decoder),
    ctx.seed,
  );
  return { ...state, calibrated: { ...state.calibrated, [decoder]: known } };
}

/** Text of its own, or questions of their own with their answers. */
function calibrationTexts({ input, ctx, corpus }: Bench): CalibrationText[] {
  const { prompts, calibrationTokens, trainingLength } = input;
  const { tokenizer } = corpus;
  if (prompts.from !== "task") {
    return [...chunksOf(corpus.calibration, trainingLength)].map((tokens) => ({ tokens, from: 1 }));
  }
  const random = createRandom(ctx.seed, "calibration prompts");
  const texts: CalibrationText[] = [];
  for (let left = calibrationTokens; left > 0; ) {
    const { question, answer } = prompted(prompts.kind, random);
    const asked = tokenizer.encode(question);
    const tokens = Int32Array.from([...asked, ...tokenizer.encode(answer)]);
    texts.push({ tokens, from: asked.length });
    left -= tokens.length - asked.length;
  }
  return texts;
}

/** The routing of a setting; a random router's rate is that of its twin so far, which is complete. */
function routingOf({ settings }: Bench, at: number, state: Comparing): Routing {
  const setting = settings[at];
  if (setting === undefined) throw new RangeError(`no setting ${at}`);
  const { router, decoder, targetRate, twin } = setting;
  if (router === "random") {
    return { router, rate: outcomeOf(state.tallies[twin ?? -1] ?? noTally).rate };
  }
  const known = state.calibrated[decoder];
  if (!isScored(router) || known === undefined) return { router };
  const threshold = targetRate === undefined ? undefined : thresholdAt(router, targetRate, known);
  return { router, threshold, learned: learnedOf(router, known) };
}

/** One text of the set under every setting at once, token by token as it stands. */
async function read(bench: Bench, state: Comparing): Promise<Comparing> {
  const { ctx, input, stage, prompts, settings } = bench;
  const { tokens, continuation } = prompts[state.read] ?? {};
  if (tokens === undefined || continuation === undefined) throw new RangeError(`no text ${state.read}`);
  ctx.progress(trainingShare, `reading text ${state.read + 1} of ${prompts.length}`);
  const whole = Int32Array.from([...tokens, ...continuation]);
  let tallies = state.tallies;
  for (const decoder of new Set(settings.map((setting) => setting.decoder))) {
    const own = settings.flatMap((setting, at) =>
      setting.decoder === decoder && setting.router !== "random"
        ? [{ at, asks: asksOf(bench, setting, at, state) }]
        : [],
    );
    for await (const place of forced(stage.of(decoder), whole, tokens.length, fusionOf(input, decoder))) {
      const features = featuresOf(place.probabilities);
      const [mine, fused] = [mostProbable(place.small), mostProbable(place.fused)];
      for (const { at, asks } of own) {
        const consulted = asks(features);
        tallies = tallies.with(
          at,
          add(tallies[at] ?? noTally, {
            places: 1,
            placesConsulted: consulted ? 1 : 0,
            placesDiffer: consulted && mine !== fused ? 1 : 0,
            placesDifferFromUntuned:
              consulted && place.untuned !== undefined && mostProbable(place.untuned) !== fused ? 1 : 0,
            placesRight: (consulted ? fused : mine) === place.target ? 1 : 0,
            placesRightSmall: mine === place.target ? 1 : 0,
            placesRightFused: fused === place.target ? 1 : 0,
            placesDifferAll: mine !== fused ? 1 : 0,
          }),
        );
      }
    }
  }
  return { ...state, tallies, read: state.read + 1 };
}

/** Whether a setting's text comes from the fused logits at a place: speculative decoding's always does. */
function asksOf(bench: Bench, { router, decoder }: Setting, at: number, state: Comparing) {
  if (router === "always" || decoder === "speculative") return () => true;
  if (!isScored(router)) return () => false;
  const { threshold, learned } = routingOf(bench, at, state);
  const limit = threshold ?? defaultThresholds[router];
  return (features: readonly number[]) => scoreOf(router, features, learned) > limit;
}

/** Settings under which texts are written: of those that only move a threshold, the reading of given texts tells all. */
function toWrite({ input, settings }: Bench): number[] {
  const all = [...settings.keys()];
  if (input.prompts.from !== "text") return all;
  return all.filter((at) => settings[at]?.targetRate === undefined && settings[at]?.twin === undefined);
}

/** One prompt under one setting, to the end of its text. */
async function writeOne(bench: Bench, state: Comparing): Promise<Comparing> {
  const { ctx, input, stage, cast, prompts } = bench;
  const order = toWrite(bench);
  const at = order[Math.floor(state.written / prompts.length)] ?? 0;
  const [setting, index] = [bench.settings[at], state.written % prompts.length];
  const prompt = prompts[index];
  if (setting === undefined || prompt === undefined) throw new RangeError(`no text ${state.written}`);
  const done = trainingShare + ((1 - trainingShare) * state.written) / (order.length * prompts.length);
  ctx.progress(done, `${setting.decoder}, ${setting.router}: prompt ${index + 1} of ${prompts.length}`);
  const { maxTokens, stop, answer } = prompt;
  const collaboration = {
    ...samplingOf(input),
    decoding: decodingOf(input, setting.decoder),
    routing: routingOf(bench, at, state),
    maxTokens,
    seed: createRandom(ctx.seed, "text", index).next(),
  };
  const written = await write(stage.of(setting.decoder), prompt.tokens, collaboration, cast.small, stop);
  const text = textOf(written.trace, cast.small.tokenizer).split(stop ?? "\u0000")[0] ?? "";
  const answered =
    answer === undefined ? {} : { answers: 1, rightAnswers: text.trim() === answer.trim() ? 1 : 0 };
  const sum = add(state.tallies[at] ?? noTally, { ...countOf(written), ...answered });
  return { ...state, tallies: state.tallies.with(at, sum), written: state.written + 1 };
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
