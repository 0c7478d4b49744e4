/** How the large model's logits and the small one's become one: the decoders but for speculative, which fuses nothing. */
export type Fusion =
  | { readonly type: "oracle" }
  | {
      readonly type: "contrastive" | "contrastive-released";
      readonly alpha: number;
      readonly beta: number;
    }
  | { readonly type: "proxy"; readonly strength: number };

/** Logits of one place. For proxy tuning `small` is the tuned small model and `untuned` what it was before. */
export interface Voices {
  readonly small: Float32Array;
  readonly large: Float32Array;
  readonly untuned?: Float32Array | undefined;
}

/**
 * Fused logits o_f, [vocabulary]: the large model's for the oracle; (1 + beta) o_L - beta o_S for contrastive decoding
 * (arXiv 2309.09117), or o_S + beta (o_L - o_S) as the study's released code has it, both -Infinity where the large
 * model's probability is below alpha times its largest; o_L + strength (o_S,tuned - o_S) for proxy tuning (arXiv
 * 2401.08565). Throws RangeError where proxy tuning lacks the untuned model.
 */
export function fuse(fusion: Fusion, { small, large, untuned }: Voices): Float32Array {
  switch (fusion.type) {
    case "oracle":
      return large;
    case "contrastive": {
      const { beta } = fusion;
      return plausible(fusion.alpha, large, (own, other) => (1 + beta) * own - beta * other, small);
    }
    case "contrastive-released": {
      const { beta } = fusion;
      return plausible(fusion.alpha, large, (own, other) => other + beta * (own - other), small);
    }
    case "proxy":
      if (untuned === undefined) throw new RangeError("proxy tuning needs the small model before its tuning");
      return large.map(
        (value, token) => value + fusion.strength * ((small[token] ?? 0) - (untuned[token] ?? 0)),
      );
  }
}

function plausible(
  alpha: number,
  large: Float32Array,
  mix: (large: number, small: number) => number,
  small: Float32Array,
): Float32Array {
  const lowest = Math.log(alpha) + large.reduce((most, value) => Math.max(most, value), -Infinity);
  return large.map((value, token) => (value >= lowest ? mix(value, small[token] ?? 0) : -Infinity));
}
