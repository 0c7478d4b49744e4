import { byteCharacters } from "./byte-characters.ts";

/** A byte-level BPE model as plain data. */
export interface BytePairs {
  /** Tokens spelled in GPT-2's byte characters; the place is the id. All single bytes are among them. */
  readonly tokens: readonly string[];
  /** What to join, the first first: ids of the left and the right part. */
  readonly merges: readonly (readonly [left: number, right: number])[];
}

/** The model of single bytes, where every id is its byte. */
export const singleBytes: BytePairs = { tokens: byteCharacters, merges: [] };

/**
 * The model as a `tokenizer.json` with GPT-2's split. Merges are spelled "left right", which every version
 * of the format's readers takes.
 */
export function bytePairsJson({ tokens, merges }: BytePairs): object {
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: merges.map(([left, right]) => `${tokens[left]} ${tokens[right]}`),
    },
  };
}
