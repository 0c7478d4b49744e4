import type { Sampling } from "../../lm/decoding/sampling.ts";
import type { Decoding } from "./collaborate.ts";
import type { Fusion } from "./fusion.ts";
import type { CompareInput, DecoderName, GenerateInput } from "./input.ts";
import { isScored, type RouterName, type ScoredRouter } from "./routers.ts";

type DecodingInput = GenerateInput | CompareInput;

/** What a decoder's name means with an input's settings. */
export function decodingOf(input: DecodingInput, decoder: DecoderName): Decoding {
  return decoder === "speculative"
    ? { type: "speculative", draftTokens: input.draftTokens }
    : fusionOf(input, decoder);
}

/** The fused logits behind a decoder: speculative decoding writes what the oracle would. */
export function fusionOf(input: DecodingInput, decoder: DecoderName): Fusion {
  const { alpha, beta, strength } = input;
  switch (decoder) {
    case "oracle":
    case "speculative":
      return { type: "oracle" };
    case "contrastive":
    case "contrastive-released":
      return { type: decoder, alpha, beta };
    case "proxy":
      return { type: "proxy", strength };
  }
}

export function samplingOf({ temperature, topK, topP, minP }: DecodingInput): Sampling {
  return {
    temperature,
    ...(topK !== undefined && { topK }),
    ...(topP !== undefined && { topP }),
    ...(minP !== undefined && { minP }),
  };
}

/** One line of a comparison: a decoder under a router. */
export interface Setting {
  readonly decoder: DecoderName;
  readonly router: RouterName;
  /** Share of the calibration's places at which the threshold lets the router ask; its own threshold when absent. */
  readonly targetRate?: number;
  /** Of a random router: which setting's rate it has. */
  readonly twin?: number;
}

/**
 * Every decoder under every router, the oracle at each rate of the sweep, and a random router at the rate of each
 * that chooses. Speculative decoding has no random twin, since no router changes what it writes, and a model that is
 * never helped is asked once: it writes the same under every decoder.
 */
export function settingsOf({ decoders, routers, sweep }: CompareInput): Setting[] {
  const plain = routers.filter((router) => router !== "random");
  const base = decoders.flatMap((decoder) =>
    plain
      .filter((router) => router !== "never" || decoder === decoders.find(helped) || decoder === "proxy")
      .map((router): Setting => ({ decoder, router })),
  );
  const swept = plain
    .filter(isScored)
    .flatMap((router) => sweep.map((targetRate): Setting => ({ decoder: "oracle", router, targetRate })));
  const chosen = [...base, ...swept];
  if (!routers.includes("random")) return chosen;
  const twins = chosen.flatMap(({ decoder, router }, twin): Setting[] =>
    isScored(router) && decoder !== "speculative" ? [{ decoder, router: "random", twin }] : [],
  );
  return [...chosen, ...twins];
}

/** Whether a decoder's small model writes alone where it is never helped: in proxy tuning it is another one. */
const helped = (decoder: DecoderName): boolean => decoder !== "speculative" && decoder !== "proxy";

/** Routers that need places to learn from, or a threshold taken from them. */
export function scoredIn(settings: readonly Setting[]): ScoredRouter[] {
  return [...new Set(settings.map(({ router }) => router).filter(isScored))];
}
