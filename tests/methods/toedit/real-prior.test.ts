import { describe, expect, test } from "vitest";
import { createDecoder } from "../../../shared/lm/decoding/create.ts";
import { logProbability } from "../../../shared/lm/decoding/sampling.ts";
import { blocksOf } from "../../../shared/methods/toedit/block.ts";
import { createEditor } from "../../../shared/methods/toedit/editor.ts";
import type { EditRule } from "../../../shared/methods/toedit/input.ts";
import { rewritten } from "../../../shared/methods/toedit/rewrite.ts";
import { textCorpus } from "../../../shared/methods/toedit/source.ts";
import { nothing, withBlock } from "../../../shared/methods/toedit/tally.ts";
import { dataModels, missingModels } from "../../llama-cpp/data-models.ts";

const story =
  "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball.";
const rule: EditRule = {
  strategy: "high",
  threshold: 0.9,
  when: "at-least",
  dropBelow: 0,
  sampler: { type: "top-k", k: 8 },
  temperature: 1,
};

if (missingModels !== undefined)
  console.log(`priors that were trained elsewhere are not tried: ${missingModels}`);

describe.skipIf(missingModels !== undefined)("a prior that was trained elsewhere", async () => {
  test.each(await dataModels())(
    "gives the probabilities that decoding it token by token gives: $name",
    async (model) => {
      const corpus = textCorpus("story", `${story}\n\n${story.slice(0, 40)}`, "paragraph");
      const [block] = await Array.fromAsync(
        blocksOf(corpus.items(), model.tokenizer, { index: 0, of: 1 }, 0),
      );
      if (block === undefined) throw new Error("no block");
      const prior = { ...model, window: 200, overlap: 50 };
      const editor = createEditor({ prior, rule, seed: 1, threads: 1 });
      const into = editor.untouched(block);
      for (const pass of editor.passes(block)) await editor.perform(pass, into);
      await editor.release();
      const decoder = await createDecoder(model, { window: 200, threads: 1 });
      for (const { tokens, at } of block.documents) {
        decoder.rollback(0);
        const logits = await decoder.read(tokens, { all: true });
        for (let i = 1; i < tokens.length; i++) {
          const before = logits.subarray((i - 1) * decoder.vocabularySize, i * decoder.vocabularySize);
          expect(into.probabilities[at + i]).toBeCloseTo(Math.exp(logProbability(before, tokens[i] ?? 0)), 4);
        }
      }
      await decoder.release();
      const { candidates, changed, places } = withBlock(nothing, block, into, rule);
      // A model of stories finds much of a story certain, and then hardly changes it.
      expect(candidates / places).toBeGreaterThan(0.2);
      expect(changed / candidates).toBeLessThan(0.1);
      const { texts } = rewritten(
        block,
        { ...into, edited: editor.untouched(block).edited },
        model.tokenizer,
      );
      expect(texts.join("")).toBe(`${story}\n\n${story.slice(0, 40)}`);
    },
  );
});
