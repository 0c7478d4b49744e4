import { type Example, encodeExample } from "../../../lm/fine-tuning/example.ts";
import { createResponseScorer } from "../../../lm/fine-tuning/response-scorer.ts";
import type { LanguageModel } from "../../../lm/stored-model.ts";
import type { Measure } from "../passes.ts";
import type { Answer } from "./answer.ts";

/**
 * As BARTScore's recall (Yuan et al., arXiv 2106.11520), by a causal language model: the mean log-probability, in nats,
 * of the reference's tokens after the answer and a line break. Of several references the likeliest.
 */
export function likelihoodMeasure(
  model: LanguageModel,
  { maxTokens, threads }: { readonly maxTokens: number; readonly threads: number },
): Measure<Answer> {
  const scorer = createResponseScorer(model, { threads });
  return {
    columns: ["likelihood"],
    batch: 32,
    async measure(answers) {
      const examples = answers.flatMap(({ answer, references }) =>
        references.map((reference) => fitted(encodeExample(model, `${answer}\n`, reference), maxTokens)),
      );
      const scores = await scorer.score(examples);
      let next = 0;
      const values = Float64Array.from(answers, ({ references }) =>
        Math.max(...references.map(() => meanOf(scores[next++] ?? new Float32Array()))),
      );
      return { values };
    },
    release: () => scorer.release(),
  };
}

/** Half of the tokens are the reference's at most, from its beginning; the answer loses its end. */
export function fitted({ prompt, response }: Example, maxTokens: number): Example {
  if (prompt.length + response.length <= maxTokens) return { prompt, response };
  const kept = Math.min(response.length, Math.max(maxTokens >> 1, maxTokens - prompt.length));
  return {
    prompt: Array.from(prompt).slice(0, maxTokens - kept),
    response: Array.from(response).slice(0, kept),
  };
}

/** NaN of a reference without tokens. */
const meanOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
