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

/**
 * The tokens of two texts; `bos` stands first where the model was trained so. With `ends` the first of the model's
 * `eos` is the last token of the response, where it has one: what a model must learn that is to stop.
 */
export function encodeExample(
  model: { readonly tokenizer: Tokenizer; readonly specialTokens?: SpecialTokens },
  prompt: string,
  response: string,
  { ends = false }: { readonly ends?: boolean } = {},
): Example {
  const [eos] = ends ? (model.specialTokens?.eos ?? []) : [];
  const tokens = model.tokenizer.encode(response);
  return {
    prompt: encodeFromStart(model, prompt),
    response: eos === undefined ? tokens : Int32Array.of(...tokens, eos),
  };
}

/** The inputs of a graph over rows of examples, [batch, length] each. */
export interface ExampleFeeds {
  readonly tokens: BigInt64Array;
  readonly targets: BigInt64Array;
  /** 1 where the target is a token of a response, 0 in prompts and after the end. */
  readonly mask: Float32Array;
}

/** Those of a graph over rows of several examples each. */
export interface PackedFeeds extends ExampleFeeds {
  /** The place of each token in its own example, from 0; 0 after the last of a row. */
  readonly places: BigInt64Array;
}

export function createExampleFeeds(batch: number, length: number): ExampleFeeds {
  const size = batch * length;
  return {
    tokens: new BigInt64Array(size),
    targets: new BigInt64Array(size),
    mask: new Float32Array(size),
  };
}

export function createPackedFeeds(batch: number, length: number): PackedFeeds {
  return { ...createExampleFeeds(batch, length), places: new BigInt64Array(batch * length) };
}

/** A row of a batch, and the tokens that it has room for. */
export interface Row {
  readonly place: number;
  readonly length: number;
}

/**
 * Puts an example into a row; zeros follow it, which no token before them sees. Throws RangeError where the row is
 * too short, or the prompt or the response has no token.
 */
export function placeExample(feeds: ExampleFeeds, example: Example, row: Row): void {
  clear(feeds, row, write(feeds, example, row, 0));
}

/** Puts examples one after another into a row; an empty list leaves zeros alone. Throws RangeError as `placeExample`. */
export function placeExamples(feeds: PackedFeeds, examples: readonly Example[], row: Row): void {
  let end = 0;
  for (const example of examples) {
    const from = end;
    end = write(feeds, example, row, from);
    for (let i = from; i < end; i++) feeds.places[row.place * row.length + i] = BigInt(i - from);
  }
  clear(feeds, row, end);
  feeds.places.fill(0n, row.place * row.length + end, (row.place + 1) * row.length);
}

/** Writes an example from a place of its row on, and answers where it ends. */
function write(
  { tokens, targets, mask }: ExampleFeeds,
  { prompt, response }: Example,
  { place, length }: Row,
  from: number,
): number {
  const used = lengthOf({ prompt, response });
  if (prompt.length === 0) throw new RangeError("a prompt has at least one token");
  if (response.length === 0) throw new RangeError("a response has at least one token");
  if (from + used > length) {
    const room = from === 0 ? `a row of ${length}` : `the last ${length - from} of a row of ${length}`;
    throw new RangeError(`an example of ${used} tokens in ${room}`);
  }
  const at = (i: number) => (i < prompt.length ? prompt[i] : response[i - prompt.length]) ?? 0;
  for (let i = 0; i < used; i++) {
    const to = place * length + from + i;
    tokens[to] = BigInt(at(i));
    targets[to] = BigInt(at(i + 1));
    mask[to] = i + 1 >= prompt.length ? 1 : 0;
  }
  return from + used;
}

function clear({ tokens, targets, mask }: ExampleFeeds, { place, length }: Row, from: number): void {
  const [start, end] = [place * length + from, (place + 1) * length];
  tokens.fill(0n, start, end);
  targets.fill(0n, start, end);
  mask.fill(0, start, end);
}
