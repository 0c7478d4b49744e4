import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import * as z from "zod";
import { readByteLevel, vocabulary } from "./byte-level.ts";
import { gpt2Json } from "./gpt2.ts";
import { readLlama2cTokenizer } from "./llama2c.ts";
import { piecesJson } from "./pieces.ts";
import { readSentencePiece } from "./sentencepiece.ts";
import { type Tokenizer, TokenizerError, utf8Text } from "./tokenizer.ts";

/** The two files of a tokenizer in Hugging Face layout, by name. */
export function tokenizerFiles(tokenizer: Tokenizer): Map<string, Uint8Array> {
  const config = { tokenizer_class: "PreTrainedTokenizerFast", clean_up_tokenization_spaces: false };
  return new Map(
    Object.entries({ "tokenizer.json": tokenizer.toJSON(), "tokenizer_config.json": config }).map(
      ([name, content]) => [name, new TextEncoder().encode(JSON.stringify(content))],
    ),
  );
}

/** Whether `loadTokenizer` may look at a file: tokenizers of every kind, by their usual names. */
export function isTokenizerFile(name: string): boolean {
  return /^(tokenizer(_config)?\.json|vocab\.json|merges\.txt|(tok.*|tokenizer)\.(model|bin))$/.test(name);
}

/**
 * The tokenizer in a model's files: `tokenizer.json`, with `tokenizer_config.json` where there is one; else a
 * `tokenizer.model` of sentencepiece, GPT-2's `vocab.json` and `merges.txt`, or llama2.c's `tok*.bin`. Byte-level
 * BPE is run here; anything else by @huggingface/tokenizers. Throws a TokenizerError when there is
 * none, or it is no such tokenizer.
 */
export function loadTokenizer(files: ReadonlyMap<string, Uint8Array>): Tokenizer {
  const config = readJson(files, "tokenizer_config.json") ?? {};
  const json = readJson(files, "tokenizer.json") ?? otherJson(files, config);
  if (json === undefined) throw new TokenizerError("there is no tokenizer.json");
  return readByteLevel(json) ?? huggingFace(json, config);
}

const addsBos = z.looseObject({ add_bos_token: z.boolean().default(true).catch(true) });
const tokenizerClass = z.looseObject({ tokenizer_class: z.string().default("GPT2Tokenizer") });

/** What the other kinds of files would be as a `tokenizer.json`; undefined where there are none. */
function otherJson(files: ReadonlyMap<string, Uint8Array>, config: object): object | undefined {
  const ending = (end: string) => [...files].find(([name]) => name.endsWith(end))?.[1];
  const sentencePiece = ending(".model");
  if (sentencePiece !== undefined) {
    return piecesJson(readSentencePiece(sentencePiece, addsBos.parse(config).add_bos_token));
  }
  const [vocabulary, merges] = [files.get("vocab.json"), files.get("merges.txt")];
  if (vocabulary !== undefined && merges !== undefined) {
    const { tokenizer_class: name } = tokenizerClass.parse(config);
    if (!/^GPT2Tokenizer(Fast)?$/.test(name)) {
      throw new TokenizerError(`vocab.json and merges.txt of a ${name}: its tokenizer.json is needed`);
    }
    return gpt2Json(vocabulary, merges);
  }
  const llama2c = ending(".bin");
  return llama2c && piecesJson(readLlama2cTokenizer(llama2c));
}

function huggingFace(json: object, config: object): Tokenizer {
  const tokenizer = attempt("tokenizer.json", () => new HuggingFaceTokenizer(inWords(json), config));
  const ids: Iterable<number> = tokenizer.get_vocab(true).values();
  let vocabularySize = 0;
  for (const id of ids) vocabularySize = Math.max(vocabularySize, id + 1);
  return {
    vocabularySize,
    encode: (text) => Int32Array.from(tokenizer.encode(text, { add_special_tokens: false }).ids),
    decode: (ids) => {
      const list = Array.from(ids);
      if (list.length === 0) return ""; // which the library refuses
      const unknown = list.find((id) => tokenizer.id_to_token(id) === undefined);
      if (unknown !== undefined) throw new RangeError(`token ${unknown} is not in the vocabulary`);
      return tokenizer.decode(list, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
    },
    toJSON: () => json,
  };
}

const unsplitBpe = z.object({
  pre_tokenizer: z.null(),
  model: z.object({ type: z.literal("BPE"), vocab: vocabulary }),
});

/**
 * The tokenizer with its text cut before each space, where it would join pairs over all of the text at once: the
 * same tokens, since no token has a space after another character, and ten times as fast, since words repeat.
 */
function inWords(json: object): object {
  const unsplit = unsplitBpe.safeParse(json);
  if (!unsplit.success) return json;
  const across = Object.keys(unsplit.data.model.vocab).some((token) => /[^\u2581]\u2581/u.test(token));
  const pattern = { Regex: "\u2581*[^\u2581]+|\u2581+" };
  return across
    ? json
    : { ...json, pre_tokenizer: { type: "Split", pattern, behavior: "Isolated", invert: true } };
}

function readJson(files: ReadonlyMap<string, Uint8Array>, name: string): object | undefined {
  const bytes = files.get(name);
  if (bytes === undefined) return undefined;
  return attempt(name, () => z.record(z.string(), z.unknown()).parse(JSON.parse(utf8Text(bytes))));
}

function attempt<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new TokenizerError(`${name}: ${detail}`, { cause });
  }
}
