import * as z from "zod";
import { type ByteLevelTokenizer, utf8Text } from "./tokenizer.ts";

/** Tokens beside the model's, which are found in a text before it is split; those that take spaces with them are not here. */
export const addedTokens = z.array(
  z.object({
    id: z.int().min(0),
    content: z.string().min(1),
    single_word: z.literal(false).optional(),
    lstrip: z.literal(false).optional(),
    rstrip: z.literal(false).optional(),
  }),
);
type AddedTokens = z.infer<typeof addedTokens>;

/** The tokenizer with further tokens, of which a text is searched for the leftmost, and of those for the longest. */
export function withAddedTokens(plain: ByteLevelTokenizer, added: AddedTokens): ByteLevelTokenizer {
  if (added.length === 0) return plain;
  const idOf = new Map(added.map(({ id, content }) => [content, id]));
  const bytesOf = new Map(added.map(({ id, content }) => [id, new TextEncoder().encode(content)]));
  const longestFirst = [...idOf.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const boundary = new RegExp(`(${longestFirst.join("|")})`, "u");
  const decodeBytes = (ids: ArrayLike<number>) => {
    const parts: Uint8Array[] = [];
    let run: number[] = [];
    for (const id of Array.from(ids)) {
      const bytes = bytesOf.get(id);
      if (bytes === undefined) run.push(id);
      else {
        parts.push(plain.decodeBytes(run), bytes);
        run = [];
      }
    }
    parts.push(plain.decodeBytes(run));
    return Buffer.concat(parts);
  };
  return {
    vocabularySize: Math.max(plain.vocabularySize, ...added.map(({ id }) => id + 1)),
    encode: (text) =>
      Int32Array.from(
        text.split(boundary).flatMap((part, place) => {
          const id = place % 2 === 1 ? idOf.get(part) : undefined;
          return id === undefined ? [...plain.encode(part)] : [id];
        }),
      ),
    decode: (ids) => utf8Text(decodeBytes(ids)),
    decodeBytes,
    toJSON: plain.toJSON,
  };
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
