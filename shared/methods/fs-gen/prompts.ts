import { createRandom } from "../../lm/random.ts";
import type { Tokens } from "../../lm/rows.ts";
import { encodeFromStart } from "../../lm/special-tokens.ts";
import type { LanguageModel } from "../../lm/stored-model.ts";
import type { RunContext } from "../contract.ts";
import { instructionRow } from "../rows.ts";
import { type Corpus, evenly } from "./corpus.ts";
import type { CompareInput } from "./input.ts";
import { lineEnd, prompted } from "./tasks.ts";

/** Something to decode, and what it is judged by. */
export interface Prompt {
  readonly tokens: Tokens;
  readonly maxTokens: number;
  /** The one right answer. */
  readonly answer?: string;
  /** A text that ends the answer. */
  readonly stop?: string;
  /** How the text itself goes on. */
  readonly continuation?: Tokens;
}

/** The prompts of a comparison. Prompts longer than `window` leaves room for keep their end. */
export async function promptsOf(
  { prompts }: CompareInput,
  ctx: RunContext,
  { validation }: Pick<Corpus, "validation">,
  model: LanguageModel,
  window: number,
): Promise<Prompt[]> {
  const { tokenizer } = model;
  switch (prompts.from) {
    case "text": {
      const { count, promptTokens, maxTokens } = prompts;
      return evenly(validation, count, promptTokens + maxTokens).map((place) => ({
        tokens: place.slice(0, promptTokens),
        continuation: place.slice(promptTokens),
        maxTokens,
      }));
    }
    case "task": {
      const random = createRandom(ctx.seed, "task prompts");
      return Array.from({ length: prompts.count }, () => {
        const { question, answer } = prompted(prompts.kind, random);
        const maxTokens = tokenizer.encode(answer + lineEnd).length + 2;
        return { tokens: tokenizer.encode(question), answer, stop: lineEnd, maxTokens };
      });
    }
    case "instructions": {
      const { maxTokens, count } = prompts;
      const found: Prompt[] = [];
      const content = await ctx.dataset(prompts.instructions);
      for await (const { instruction, input, output } of content.rows(instructionRow)) {
        const text = [instruction, input, ""].filter((part) => part !== undefined).join("\n\n");
        const tokens = encodeFromStart(model, text).slice(-Math.max(1, window - maxTokens));
        found.push({ tokens, answer: output, maxTokens });
        if (found.length === count) break;
      }
      return found;
    }
  }
}
