import type { PieceModel } from "../../../shared/lm/tokenizers/pieces.ts";

/**
 * Byte-pair encoding by scores, as llama2.c's `encode` reads: a space before the text, one token a character or its
 * bytes, then again and again the neighbours whose joint has the highest score, the leftmost of equals.
 */
export function brutePieces({ pieces, addDummyPrefix, byteFallback }: PieceModel, text: string): number[] {
  const known = new Map(pieces.map(({ text, score, type }, id) => [text, { id, score, type }]));
  const unknown = pieces.findIndex(({ type }) => type === "unknown");
  const firstByte = pieces.findIndex(({ type }) => type === "byte");
  if (text === "") return [];
  const spaced = `${addDummyPrefix ? " " : ""}${text}`.replaceAll(" ", "\u2581");
  const tokens: { id: number; text: string }[] = [];
  for (const character of spaced) {
    const piece = known.get(character);
    if (piece?.type === "normal") tokens.push({ id: piece.id, text: character });
    else if (byteFallback) {
      for (const byte of new TextEncoder().encode(character))
        tokens.push({ id: firstByte + byte, text: "<byte>" });
    } else if (tokens.at(-1)?.id !== unknown) tokens.push({ id: unknown, text: "<unknown>" });
  }
  for (;;) {
    let best = { at: -1, score: Number.NEGATIVE_INFINITY, id: -1 };
    for (let at = 0; at + 1 < tokens.length; at++) {
      const joint = known.get(`${tokens[at]?.text}${tokens[at + 1]?.text}`);
      if (joint?.type === "normal" && joint.score > best.score)
        best = { at, score: joint.score, id: joint.id };
    }
    if (best.at < 0) return tokens.map(({ id }) => id);
    const text = `${tokens[best.at]?.text}${tokens[best.at + 1]?.text}`;
    tokens.splice(best.at, 2, { id: best.id, text });
  }
}
