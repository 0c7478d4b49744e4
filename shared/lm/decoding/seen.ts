import { type SizedTensor, sized } from "../../engine/session.ts";
import type { ModelConfig } from "../config.ts";
import { alibiSlopes } from "../position/alibi.ts";

/** What each new token sees: a bias on its scores over the cache's places and the new tokens. */
export type Seen = (lengths: readonly number[], tokens: number, held: number) => SizedTensor;

/**
 * [rows, heads or 1, tokens, held + tokens]: -Infinity on places that a row does not hold, on tokens that come later,
 * and on what lies before the sliding window; elsewhere 0, or ALiBi's slope times the distance. `lengths` are
 * the tokens that the rows hold.
 */
export function seenBy({ position, heads, slidingWindow = Number.POSITIVE_INFINITY }: ModelConfig): Seen {
  const slopes = position.type === "alibi" ? alibiSlopes(heads) : [0];
  return (lengths, tokens, held) => {
    const width = held + tokens;
    const bias = new Float32Array(lengths.length * slopes.length * tokens * width).fill(
      Number.NEGATIVE_INFINITY,
    );
    let at = 0;
    for (const length of lengths) {
      for (const slope of slopes) {
        for (let token = 0; token < tokens; token++, at += width) {
          const place = length + token;
          const first = Math.max(0, place - slidingWindow + 1);
          for (let key = first; key < length; key++) bias[at + key] = slope === 0 ? 0 : slope * (key - place);
          for (let key = Math.max(first, length); key <= place; key++) {
            bias[at + held + key - length] = slope === 0 ? 0 : slope * (key - place);
          }
        }
      }
    }
    return sized(bias, [lengths.length, slopes.length, tokens, width]);
  };
}
