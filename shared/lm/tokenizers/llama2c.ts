import type { Piece, PieceModel, PieceType } from "./pieces.ts";
import { TokenizerError, utf8Text } from "./tokenizer.ts";

const byteToken = /^<0x[0-9A-F]{2}>$/;

/** Ids that llama2.c's programs count on. */
const fixed: Readonly<Record<number, { readonly text: string; readonly type: PieceType }>> = {
  0: { text: "<unk>", type: "unknown" },
  1: { text: "<s>", type: "control" },
  2: { text: "</s>", type: "control" },
};

/**
 * A tokenizer file of llama2.c: the longest token's length, then for each token its score (float32), its length
 * and its bytes. Texts begin with token 1. Throws a TokenizerError when the file is no such one.
 */
export function readLlama2cTokenizer(file: Uint8Array): PieceModel {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const pieces: Piece[] = [];
  let at = 4;
  while (at < file.length) {
    const length = at + 8 <= file.length ? view.getInt32(at + 4, true) : -1;
    const end = at + 8 + length;
    if (length < 0 || end > file.length) {
      throw new TokenizerError(`no tokenizer of llama2.c: token ${pieces.length} does not fit the file`);
    }
    const text = utf8Text(file.subarray(at + 8, end)).replaceAll(" ", "\u2581");
    const type = byteToken.test(text) ? "byte" : "normal";
    pieces.push({ text, score: view.getFloat32(at, true), type, ...fixed[pieces.length] });
    at = end;
  }
  const byteFallback = pieces.some(({ type }) => type === "byte");
  return { pieces, byteFallback, addDummyPrefix: true, removeExtraWhitespaces: false, bos: 1 };
}
