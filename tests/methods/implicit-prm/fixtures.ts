import { existsSync, readFileSync } from "node:fs";
import * as z from "zod";
import { configure } from "../../../shared/lm/config.ts";
import { modelFiles } from "../../../shared/lm/stored-model.ts";
import { byteTokenizer } from "../../../shared/lm/tokenizers/byte.ts";
import { initialWeights } from "../../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../../shared/lm/transformer/transformer.ts";
import type { DatasetContent, ModelFiles } from "../../../shared/methods/contract.ts";
import type { PreferenceRow } from "../../../shared/methods/rows.ts";

/** A small model of bytes with random weights. */
export function randomModel(seed: number): ModelFiles {
  const shape = { vocabularySize: 256, contextLength: 64, dModel: 16, layers: 1, heads: 2 };
  const config = configure({ ...shape, position: { type: "rope", theta: 10_000 } });
  return modelFiles({
    ...{ config, tokenizer: byteTokenizer },
    weights: initialWeights(weightsOf(config), seed),
  });
}

/** Rows as a data set of preferences. */
export function preferencesContent(id: string, rows: readonly PreferenceRow[]): DatasetContent {
  const refuse = () => Promise.reject(new Error(`data set "${id}" is of preferences`));
  return {
    ...{ id, kind: "preferences", name: id, bytes: 1 },
    rows: async function* (schema) {
      for (const row of rows) yield schema.parse(row);
    },
    text: refuse,
    stream: async function* () {
      yield await refuse();
    },
    matrix: refuse,
    scene: refuse,
  };
}

/** Sums of two digits, each with right and wrong answers in lines. */
export const sums: readonly PreferenceRow[] = Array.from({ length: 20 }, (_, i) => {
  const [a, b] = [i % 10, (7 * i) % 10];
  const response = (off: number) => ({
    text: `${a} and ${b}\nare ${a + b + off}\n`,
    label: Number(off === 0),
  });
  return { prompt: `${a}+${b}`, responses: [0, 1, 0, 2].map(response), pair: false };
});

const solutions = "../shared/data/reasoning/gsm8k-model-solutions.jsonl";
export const hasSolutions = existsSync(solutions);

const stories = "../shared/data/models/stories260K";
export const hasStories = existsSync(stories);

/** A language model of 260,000 parameters that has read children's stories, and nothing of arithmetic. */
export function storiesModel(): ModelFiles {
  return new Map(["stories260K.bin", "tok512.bin"].map((name) => [name, readFileSync(`${stories}/${name}`)]));
}

const modelSolution = z.object({ solution: z.string().min(1), is_correct: z.boolean() });

/** Problems of GSM8K with four models' solutions, each right or wrong. */
export function gsm8k(problems: number): PreferenceRow[] {
  const lines = readFileSync(solutions, "utf8").trim().split("\n");
  return lines.slice(0, problems).map((line) => {
    const row: Record<string, unknown> = JSON.parse(line);
    const responses = Object.values(row).flatMap((value) => {
      const { data } = modelSolution.safeParse(value);
      return data === undefined ? [] : [{ text: data.solution, label: Number(data.is_correct) }];
    });
    return { prompt: String(row.question), responses, pair: false };
  });
}
