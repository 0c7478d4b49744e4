import * as z from "zod";
import { addedTokens, withAddedTokens } from "./added-tokens.ts";
import { bpeTokenizer } from "./bpe.ts";
import { byteTokenizer } from "./byte.ts";
import { byteCharacters, tokenBytes } from "./byte-characters.ts";
import { type BytePairs, singleBytes } from "./byte-pairs.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { splitWords } from "./words.ts";

const merge = z.union([z.string().transform((pair) => pair.split(" ")), z.array(z.string())]);

/** Not z.record, which leaves out a token named __proto__. */
export const vocabulary = z.custom<Record<string, number>>(
  (value) => typeof value === "object" && value !== null && Object.values(value).every(Number.isInteger),
);

const byteLevel = z.object({
  type: z.literal("ByteLevel"),
  add_prefix_space: z.literal(false),
  use_regex: z.literal(true).optional(),
});
const digits = z.object({ type: z.literal("Digits"), individual_digits: z.literal(true) });
const none = z.union([z.null(), z.literal("")]).optional();

/** The kinds of `tokenizer.json` that are run here: what `bytePairsJson` writes, GPT-2's, Pythia's and SmolLM's. */
const byteLevelBpe = z.object({
  added_tokens: addedTokens,
  normalizer: z.union([z.null(), z.object({ type: z.literal("NFC") })]),
  pre_tokenizer: z.union([
    byteLevel,
    z.object({ type: z.literal("Sequence"), pretokenizers: z.tuple([digits, byteLevel]) }),
  ]),
  decoder: z.object({ type: z.literal("ByteLevel") }),
  model: z.object({
    type: z.literal("BPE"),
    dropout: z.null().optional(),
    continuing_subword_prefix: none,
    end_of_word_suffix: none,
    byte_fallback: z.literal(false).optional(),
    ignore_merges: z.literal(false).optional(),
    vocab: vocabulary,
    merges: z.array(merge),
  }),
});
type ByteLevelBpe = z.infer<typeof byteLevelBpe>;

/** The tokenizer of a `tokenizer.json`; undefined where it asks for more than byte-level BPE. */
export function readByteLevel(json: object): Tokenizer | undefined {
  const parsed = byteLevelBpe.safeParse(json);
  const model = parsed.success ? bytePairs(parsed.data) : undefined;
  if (!parsed.success || model === undefined) return undefined;
  const { added_tokens, normalizer, pre_tokenizer } = parsed.data;
  const bare = added_tokens.length === 0 && normalizer === null && pre_tokenizer.type === "ByteLevel";
  const single = model.merges.length === 0 && model.tokens.join() === singleBytes.tokens.join();
  if (bare && single) return byteTokenizer;
  const plain = bpeTokenizer(model, pre_tokenizer.type === "ByteLevel" ? splitWords : splitDigits);
  const encode = normalizer === null ? plain.encode : (text: string) => plain.encode(text.normalize("NFC"));
  return { ...withAddedTokens({ ...plain, encode }, added_tokens), toJSON: () => json };
}

/** GPT-2's words of what stands between digits, and every digit alone. */
function* splitDigits(text: string): Generator<string> {
  for (const part of text.split(/(\p{N})/u)) yield* splitWords(part);
}

/** The model as plain data; undefined where ids have holes, a byte has no token, or a merge names no tokens. */
function bytePairs({ model }: ByteLevelBpe): BytePairs | undefined {
  const ids = new Map(Object.entries(model.vocab));
  const tokens: string[] = [];
  for (const [token, id] of ids) tokens[id] = token;
  const merges: [number, number][] = [];
  for (const parts of model.merges) {
    const [left, right, ...more] = parts.map((part) => ids.get(part));
    if (left === undefined || right === undefined || more.length > 0) return undefined;
    merges.push([left, right]);
  }
  // Object.keys skips the holes of a sparse array.
  const dense = Object.keys(tokens).length === tokens.length && tokens.length === ids.size;
  const spelled = dense && tokens.every((token) => tokenBytes(token) !== undefined);
  return spelled && byteCharacters.every((byte) => ids.has(byte)) ? { tokens, merges } : undefined;
}
