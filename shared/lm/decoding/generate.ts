import { createRandom, type Random } from "../random.ts";
import type { Tokens } from "../rows.ts";
import type { Decoder } from "./decoder.ts";
import { choose, logProbability, type Sampling } from "./sampling.ts";

export interface GenerationOptions extends Sampling {
  readonly maxTokens: number;
  readonly seed?: number;
  /** Sequences of tokens that end the text once they are written. They stay in what `generate` yields. */
  readonly stop?: readonly ArrayLike<number>[];
}

/** A token that was written, with log p under the model itself (temperature 1, nothing left out), in nats. */
export interface WrittenToken {
  readonly token: number;
  readonly logProbability: number;
}

/**
 * Continues `prompt` token by token in the decoder's first row, which it begins anew. The same seed gives
 * the same text. Ends after `maxTokens`, at a stop sequence, or when the window is full.
 */
export async function* generate(
  decoder: Decoder,
  prompt: Tokens,
  options: GenerationOptions,
): AsyncGenerator<WrittenToken> {
  const text = newText(0, prompt, options);
  decoder.rollback(0);
  let logits = await decoder.read(prompt);
  while (text.tokens.length < options.maxTokens) {
    const written = write(text, logits, options);
    yield written;
    if (ended(text, options) || decoder.length() === decoder.window) return;
    if (text.tokens.length < options.maxTokens) logits = await decoder.read([written.token]);
  }
}

/** What was written after the prompt of this place in the list. */
export interface WrittenText {
  readonly index: number;
  readonly tokens: readonly number[];
}

/**
 * Continues many prompts, as many at a time as the decoder has rows: a row that ends takes the next prompt.
 * Texts come in the order in which they end. Each is drawn from a stream of its own, so that it does not
 * depend on the others but for the rounding of their common products.
 */
export async function* generateAll(
  decoder: Decoder,
  prompts: Iterable<Tokens>,
  options: GenerationOptions,
): AsyncGenerator<WrittenText> {
  if (options.maxTokens === 0) return;
  const waiting = prompts[Symbol.iterator]();
  const texts = new Array<Text | undefined>(decoder.rows).fill(undefined);
  let next = 0;
  for (;;) {
    for (let row = 0; row < decoder.rows; row++) {
      while (texts[row] === undefined) {
        const { value: prompt, done } = waiting.next();
        if (done === true) break;
        const text = newText(next++, prompt, options);
        decoder.rollback(0, row);
        write(text, await decoder.read(prompt, { row }), options);
        if (isOver(text, row)) yield { index: text.index, tokens: text.tokens };
        else texts[row] = text;
      }
    }
    if (texts.every((text) => text === undefined)) return;
    const logits = await decoder.step(texts.map((text) => text?.tokens.at(-1)));
    const over: Text[] = [];
    for (const [row, text] of texts.entries()) {
      if (text === undefined) continue;
      write(text, logits.subarray(row * decoder.vocabularySize, (row + 1) * decoder.vocabularySize), options);
      if (!isOver(text, row)) continue;
      over.push(text);
      texts[row] = undefined;
    }
    for (const { index, tokens } of over) yield { index, tokens };
  }

  function isOver(text: Text, row: number): boolean {
    const full = text.tokens.length === options.maxTokens || decoder.length(row) === decoder.window;
    return full || ended(text, options);
  }
}

interface Text {
  readonly index: number;
  readonly random: Random;
  readonly tokens: number[];
}

function newText(index: number, prompt: Tokens, { seed = 0 }: GenerationOptions): Text {
  if (prompt.length === 0) throw new RangeError("a prompt has at least one token");
  const random = createRandom(seed, "generation", ...(index === 0 ? [] : [index]));
  return { index, random, tokens: [] };
}

function write(text: Text, logits: Float32Array, options: GenerationOptions): WrittenToken {
  const token = choose(logits, options, text.random);
  text.tokens.push(token);
  return { token, logProbability: logProbability(logits, token) };
}

/** Whether a stop sequence has just been written. */
function ended({ tokens }: Text, { stop = [] }: GenerationOptions): boolean {
  return stop.some(
    (sequence) =>
      sequence.length <= tokens.length &&
      Array.from(sequence).every((token, i) => token === tokens[tokens.length - sequence.length + i]),
  );
}
