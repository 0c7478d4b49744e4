import * as z from "zod";
import { mostProbable } from "../../lm/decoding/sampling.ts";
import { createRandom } from "../../lm/random.ts";
import { chunksOf } from "../../lm/rows.ts";
import type { RunContext } from "../contract.ts";
import { type CalibrationText, calibrate, calibration, learnedOf, thresholdAt } from "./calibration.ts";
import { forced } from "./collaborate.ts";
import type { Corpus } from "./corpus.ts";
import { training } from "./family.ts";
import type { CompareInput, DecoderName } from "./input.ts";
import type { Prompt } from "./prompts.ts";
import { defaultThresholds, featuresOf, isScored, type Routing, scoreOf } from "./routers.ts";
import { decodingOf, fusionOf, type Setting, samplingOf, scoredIn } from "./settings.ts";
import { add, noTally, outcomeOf, tally } from "./tally.ts";
import { prompted } from "./tasks.ts";
import type { Cast, Stage } from "./voices.ts";
import { countOf, textOf, write } from "./written.ts";

/** Where a comparison stands. */
export const comparing = z.object({
  family: training,
  /** What routers learned, by decoder. */
  calibrated: z.record(z.string(), calibration),
  /** Texts that were read with both models. */
  read: z.int(),
  /** Texts that were written, over all settings in order. */
  written: z.int(),
  tallies: z.array(tally),
});
export type Comparing = z.infer<typeof comparing>;

export interface Bench {
  readonly input: CompareInput;
  readonly ctx: RunContext;
  readonly corpus: Corpus;
  readonly cast: Cast;
  readonly stage: Stage;
  readonly prompts: readonly Prompt[];
  readonly settings: readonly Setting[];
}

/** Share of the run that trainings are, where there are some. */
export const trainingShare = 0.6;

/** Decoders whose routers have something to learn. */
export function toCalibrate({ settings }: Bench): DecoderName[] {
  return scoredIn(settings).length === 0 ? [] : [...new Set(settings.map(({ decoder }) => decoder))];
}

export async function learn(bench: Bench, decoder: DecoderName, state: Comparing): Promise<Comparing> {
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
export async function read(bench: Bench, state: Comparing): Promise<Comparing> {
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
export function toWrite({ input, settings }: Bench): number[] {
  const all = [...settings.keys()];
  if (input.prompts.from !== "text") return all;
  return all.filter((at) => settings[at]?.targetRate === undefined && settings[at]?.twin === undefined);
}

/** One prompt under one setting, to the end of its text. */
export async function writeOne(bench: Bench, state: Comparing): Promise<Comparing> {
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
  const text = textOf(written.trace, cast.small).split(stop ?? "\u0000")[0] ?? "";
  const answered =
    answer === undefined ? {} : { answers: 1, rightAnswers: text.trim() === answer.trim() ? 1 : 0 };
  const sum = add(state.tallies[at] ?? noTally, { ...countOf(written), ...answered });
  return { ...state, tallies: state.tallies.with(at, sum), written: state.written + 1 };
}
