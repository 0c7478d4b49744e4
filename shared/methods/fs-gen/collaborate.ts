import type { Decoder } from "../../lm/decoding/decoder.ts";
import { choose, mostProbable, type Sampling } from "../../lm/decoding/sampling.ts";
import { speculate } from "../../lm/decoding/speculative.ts";
import { createRandom } from "../../lm/random.ts";
import { type Fusion, fuse } from "./fusion.ts";
import { type Routing, routeOf } from "./routers.ts";
import { probabilitiesOf } from "./uncertainty.ts";

/** The models that decode together; `untuned` for proxy tuning alone. One row each. */
export interface Voices {
  readonly small: Decoder;
  readonly large: Decoder;
  readonly untuned?: Decoder | undefined;
}

export type Decoding = Fusion | { readonly type: "speculative"; readonly draftTokens: number };

export interface Collaboration extends Sampling {
  readonly decoding: Decoding;
  readonly routing: Routing;
  readonly maxTokens: number;
  readonly seed: number;
}

/** A token of the text that two models write together. */
export interface TracedToken {
  readonly token: number;
  /** `small` where the large model was not asked, `both` where it was and said the same, else `large`. */
  readonly by: "small" | "both" | "large";
  readonly consulted: boolean;
  /** Speculative decoding alone: whether a draft stood; undefined where nothing was drafted. */
  readonly accepted?: boolean | undefined;
  /** The draft that this token replaced. */
  readonly rejected?: number | undefined;
  /** Probability of the token under the small model, and under the fused logits where they were asked for. */
  readonly small: number;
  readonly fused?: number | undefined;
  /** Whether the fused logits' most probable token is another than the small model's. */
  readonly differs: boolean;
  /** The same of the untuned small model, in proxy tuning. */
  readonly differsFromUntuned?: boolean | undefined;
  /** Calls of the large model until this token was there. */
  readonly calls: number;
}

/** Continues a prompt under any decoder and router. The same seed gives the same text. */
export function collaborate(
  voices: Voices,
  prompt: ArrayLike<number>,
  collaboration: Collaboration,
): AsyncGenerator<TracedToken> {
  const { decoding } = collaboration;
  return decoding.type === "speculative"
    ? speculatively(voices, prompt, collaboration, decoding.draftTokens)
    : fusing(voices, prompt, collaboration, decoding);
}

/** The small model writes; where the router says so, the large one reads what it has not and both are fused. */
async function* fusing(
  { small, large, untuned }: Voices,
  prompt: ArrayLike<number>,
  { routing, maxTokens, seed, ...sampling }: Collaboration,
  fusion: Fusion,
): AsyncGenerator<TracedToken> {
  const random = createRandom(seed, "collaboration");
  const route = routeOf(routing, createRandom(seed, "router"));
  const text = Array.from(prompt);
  for (const decoder of [small, large, untuned]) decoder?.rollback(0);
  let own = await small.read(text);
  let calls = 0;
  for (let written = 0; written < maxTokens; written++) {
    const probabilities = probabilitiesOf(own);
    const best = mostProbable(own);
    const consulted = route(probabilities);
    let fused: Float32Array | undefined;
    let before: Float32Array | undefined;
    if (consulted) {
      calls++;
      const theirs = await large.read(text.slice(large.length()));
      before = await untuned?.read(text.slice(untuned.length()));
      fused = fuse(fusion, { small: own, large: theirs, untuned: before });
    }
    const chosen = fused && mostProbable(fused);
    const token = choose(fused ?? own, sampling, random);
    yield {
      token,
      by: fused === undefined ? "small" : token === best ? "both" : "large",
      consulted,
      small: probabilities[token] ?? 0,
      fused: fused && probabilitiesOf(fused)[token],
      differs: chosen !== undefined && chosen !== best,
      differsFromUntuned: before && chosen !== mostProbable(before),
      calls,
    };
    text.push(token);
    if (written + 1 < maxTokens) own = await small.read([token]);
  }
}

/** Every token is the large model's; a router other than always and never ends drafts early. */
async function* speculatively(
  { small, large }: Voices,
  prompt: ArrayLike<number>,
  { routing, maxTokens, seed, ...sampling }: Collaboration,
  draftTokens: number,
): AsyncGenerator<TracedToken> {
  const route = routeOf(routing, createRandom(seed, "router"));
  const early = routing.router !== "always" && routing.router !== "never";
  const options = { ...sampling, maxTokens, draftTokens, seed, ...(early && { draftEnds: route }) };
  for await (const one of speculate({ draft: small, target: large }, prompt, options)) {
    yield {
      token: one.token,
      by: (one.accepted ?? one.agrees) ? "both" : "large",
      consulted: true,
      accepted: one.accepted,
      rejected: one.accepted === false ? one.drafted : undefined,
      small: one.draftProbability,
      fused: one.targetProbability,
      differs: !one.agrees,
      calls: one.call + 1,
    };
  }
}

/** What both models said of a text's places, given what stands there. */
export interface Forced {
  readonly small: Float32Array;
  readonly fused: Float32Array;
  /** softmax of the small model's logits. */
  readonly probabilities: Float32Array;
  /** In proxy tuning, the small model before its tuning. */
  readonly untuned: Float32Array | undefined;
  readonly target: number;
}

/** Reads a given text with all models and fuses each place: of tokens `from` .., each given those before it. */
export async function* forced(
  { small, large, untuned }: Voices,
  tokens: ArrayLike<number>,
  from: number,
  fusion: Fusion,
): AsyncGenerator<Forced> {
  const given = Array.from(tokens);
  const read = async (decoder: Decoder) => {
    decoder.rollback(0);
    return (await decoder.read(given.slice(0, -1), { all: true })).slice();
  };
  const [own, theirs] = [await read(small), await read(large)];
  const before = untuned === undefined ? undefined : await read(untuned);
  const size = small.vocabularySize;
  for (let at = from; at < given.length; at++) {
    const place = (logits: Float32Array) => logits.subarray((at - 1) * size, at * size);
    const mine = place(own);
    const voices = { small: mine, large: place(theirs), untuned: before && place(before) };
    yield {
      small: mine,
      fused: fuse(fusion, voices),
      probabilities: probabilitiesOf(mine),
      untuned: voices.untuned,
      target: given[at] ?? 0,
    };
  }
}
