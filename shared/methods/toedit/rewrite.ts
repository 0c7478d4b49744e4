import type { Tokenizer } from "../../lm/tokenizers/tokenizer.ts";
import type { Block, Document } from "./block.ts";
import type { Edited } from "./editor.ts";
import { dropped } from "./rule.ts";

/**
 * The items of an edited block as they are written. A document in which nothing changed keeps its text to the
 * byte. `inexact` counts the changed ones that the tokenizer does not give back as they were, besides the change.
 */
export function rewritten(
  block: Block,
  { edited }: Edited,
  tokenizer: Pick<Tokenizer, "decode">,
): { readonly texts: string[]; readonly inexact: number } {
  let [next, inexact] = [0, 0];
  const texts = block.items.map((item) => {
    const own = item.texts.map((text): string => {
      const document = block.documents[next++];
      if (document === undefined) throw new Error("a text without its document");
      const now = edited.subarray(document.at, document.at + document.tokens.length);
      if (isUnchanged(document, now)) return text;
      if (tokenizer.decode(document.tokens) !== text) inexact++;
      return tokenizer.decode(now.filter((token) => token !== dropped));
    });
    return item.write(own);
  });
  return { texts, inexact };
}

function isUnchanged({ tokens }: Document, now: Int32Array): boolean {
  return tokens.every((token, i) => token === now[i]);
}
