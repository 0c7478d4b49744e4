import { encodeFromStart, type SpecialTokens } from "../special-tokens.ts";
import type { Tokenizer } from "../tokenizers/tokenizer.ts";

/** A prompt and what was answered to it, as token ids. The prompt has at least one token. */
export interface Example {
  readonly prompt: ArrayLike<number>;
  readonly response: ArrayLike<number>;
}

/** Tokens that a forward pass reads of an example: all but the last, which nothing follows. */
export function lengthOf({ prompt, response }: Example): number {
  return prompt.length + response.length - 1;
}

/** The tokens of two texts; `bos` stands first where the model was trained so. */
export function encodeExample(
  model: { readonly tokenizer: Tokenizer; readonly specialTokens?: SpecialTokens },
  prompt: string,
  response: string,
): Example {
  return { prompt: encodeFromStart(model, prompt), response: model.tokenizer.encode(response) };
}

/** The inputs of a graph over examples, one a row, [batch, length] each. */
export interface ExampleFeeds {
  readonly tokens: BigInt64Array;
  readonly targets: BigInt64Array;
  /** 1 where the target is a token of a response, 0 in prompts and after the end. */
  readonly mask: Float32Array;
}

export function createExampleFeeds(batch: number, length: number): ExampleFeeds {
  const size = batch * length;
  return {
    tokens: new BigInt64Array(size),
    targets: new BigInt64Array(size),
    mask: new Float32Array(size),
  };
}

/**
 * Puts an example into row `place`; zeros follow it up to `length`, which no token before them sees. Throws
 * RangeError where the row is too short, or the prompt or the response has no token.
 */
export function placeExample(
  { tokens, targets, mask }: ExampleFeeds,
  { prompt, response }: Example,
  { place, length }: { readonly place: number; readonly length: number },
): void {
  const used = lengthOf({ prompt, response });
  if (prompt.length === 0) throw new RangeError("a prompt has at least one token");
  if (response.length === 0) throw new RangeError("a response has at least one token");
  if (used > length) throw new RangeError(`an example of ${used} tokens in a row of ${length}`);
  const at = (i: number) => (i < prompt.length ? prompt[i] : response[i - prompt.length]) ?? 0;
  for (let i = 0; i < length; i++) {
    const to = place * length + i;
    tokens[to] = i < used ? BigInt(at(i)) : 0n;
    targets[to] = i < used ? BigInt(at(i + 1)) : 0n;
    mask[to] = i < used && i + 1 >= prompt.length ? 1 : 0;
  }
}
