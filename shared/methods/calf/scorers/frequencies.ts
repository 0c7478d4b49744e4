import {
  type DocumentFrequencies,
  documentFrequencies,
  mergeFrequencies,
} from "../../../metrics/document-frequencies.ts";
import type { ScoringOptions } from "../input.ts";

/** Characters that frequencies are counted in at most; of more texts an even part is taken. */
const mostCharacters = 3_000_000;
const blockTexts = 512;

/** Frequencies of no texts. */
export const noFrequencies = (tokens: ScoringOptions["tokens"]): DocumentFrequencies =>
  documentFrequencies([], { tokenizer: tokens === "calf" ? tokens : "unicode" });

/**
 * In how many of the texts each word and pair of words is. `characters` are of all texts together: where they are more
 * than three million, every so manieth text is read, so that memory is bounded.
 */
export async function frequenciesOf(
  texts: AsyncIterable<string>,
  {
    characters,
    tokens,
    signal,
  }: { characters: number; tokens: ScoringOptions["tokens"]; signal: AbortSignal },
): Promise<DocumentFrequencies> {
  const all = noFrequencies(tokens);
  const reading = { tokenizer: all.tokenize };
  const step = Math.max(1, Math.ceil(characters / mostCharacters));
  let [at, block]: [number, string[]] = [0, []];
  const flush = () => {
    signal.throwIfAborted();
    mergeFrequencies(all, documentFrequencies(block, reading));
    block = [];
  };
  for await (const text of texts) {
    if (at++ % step === 0) block.push(text);
    if (block.length === blockTexts) flush();
  }
  flush();
  return all;
}
