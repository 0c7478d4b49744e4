import { TokenizerError, utf8Text } from "./tokenizer.ts";

const endOfText = "<|endoftext|>";

/** GPT-2's `vocab.json` and `merges.txt` as a `tokenizer.json`. Throws a TokenizerError when they are none. */
export function gpt2Json(vocabularyFile: Uint8Array, mergesFile: Uint8Array): object {
  const vocab = readVocabulary(vocabularyFile);
  const merges = utf8Text(mergesFile)
    .split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .filter((line) => line !== "" && !line.startsWith("#version"));
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  const end = new Map(Object.entries(vocab)).get(endOfText);
  const special = {
    ...{ id: end, content: endOfText, special: true },
    ...{ single_word: false, lstrip: false, rstrip: false, normalized: true },
  };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: end === undefined ? [] : [special],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: { ...byteLevel, trim_offsets: false },
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      byte_fallback: false,
      vocab,
      merges,
    },
  };
}

function readVocabulary(file: Uint8Array): Record<string, number> {
  let vocab: unknown;
  try {
    vocab = JSON.parse(utf8Text(file));
  } catch (cause) {
    throw new TokenizerError(`vocab.json: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  if (!isVocabulary(vocab)) throw new TokenizerError("vocab.json: not an object of tokens with their ids");
  return vocab;
}

const isVocabulary = (value: unknown): value is Record<string, number> =>
  typeof value === "object" && value !== null && Object.values(value).every(Number.isInteger);
