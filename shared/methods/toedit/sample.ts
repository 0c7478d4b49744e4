import * as z from "zod";
import type { Block } from "./block.ts";
import type { Edited } from "./editor.ts";
import { storedFloats, storedTokens } from "./stored-arrays.ts";

/** A document with its edit, kept to be shown. */
const one = z.object({
  row: z.int(),
  tokens: storedTokens,
  edited: storedTokens,
  probabilities: storedFloats,
});
export type Sampled = z.infer<typeof one>;
export const sampled = z.array(one);

/** Tokens that are shown, and of one document at most. */
const shown = { tokens: 12_000, each: 3000 };

/** The sample with the first documents of a block, as long as there is room for them. */
export function addSample(
  sample: readonly Sampled[],
  block: Block,
  { edited, probabilities }: Edited,
): Sampled[] {
  const added = [...sample];
  let room = shown.tokens - added.reduce((sum, { tokens }) => sum + tokens.length, 0);
  for (const { row, tokens, at } of block.documents) {
    if (room <= 0) break;
    if (tokens.length < 2) continue;
    const length = Math.min(tokens.length, shown.each, room);
    added.push({
      row,
      tokens: tokens.slice(0, length),
      edited: edited.slice(at, at + length),
      probabilities: probabilities.slice(at, at + length),
    });
    room -= length;
  }
  return added;
}
