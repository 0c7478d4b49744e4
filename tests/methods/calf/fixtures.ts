import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { LlmError } from "../../../shared/llm/llm-error.ts";
import type { ChatModel, ChatRequest } from "../../../shared/llm/port.ts";
import type { DatasetContent } from "../../../shared/methods/contract.ts";
import { readRows } from "../../../shared/resources/datasets/reading/rows.ts";
import type { RowKind } from "../../../shared/resources/datasets/rows/kinds.ts";

/** A data set whose bytes are read as those of an upload. */
export function content(kind: RowKind, id: string, open: () => AsyncIterable<Uint8Array>): DatasetContent {
  const refuse = () => Promise.reject(new Error(`data set ${id} is of ${kind}`));
  return {
    ...{ id, kind, name: id, bytes: 1 },
    async *rows(schema) {
      for await (const row of readRows(kind, open())) yield schema.parse(row);
    },
    text: refuse,
    async *stream() {
      yield* open();
    },
    matrix: refuse,
    scene: refuse,
  };
}

export const rowsContent = (kind: RowKind, id: string, rows: readonly unknown[]): DatasetContent =>
  content(kind, id, async function* () {
    yield Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  });

export const fileContent = (kind: RowKind, path: string): DatasetContent =>
  content(kind, basename(path), () => createReadStream(path));

/** What a request shows between its fences. */
export const fencedTexts = ({ messages }: Pick<ChatRequest<unknown>, "messages">): string[] =>
  [...(messages[0]?.content ?? "").matchAll(/<<<TEXT (\w+)>>>\n([\s\S]*?)\n<<<END \1>>>/g)].map(
    ([, , text = ""]) => text,
  );

/** A chat model that answers by a function of what is asked and what is fenced; undefined is no readable answer. */
export function chatModel(
  answer: (name: string, texts: readonly string[]) => unknown,
): ChatModel & { readonly asked: ChatRequest<unknown>[] } {
  const asked: ChatRequest<unknown>[] = [];
  return {
    ...{ provider: "openai", model: "stand-in", asked },
    async complete(request) {
      asked.push(request);
      const value = answer(request.schemaName, fencedTexts(request));
      if (value === undefined) throw new LlmError("invalid-output", "it is not JSON");
      return {
        value: request.schema.parse(value),
        raw: JSON.stringify(value),
        usage: { inputTokens: 10, outputTokens: 5, cost: 0.25 },
        ...{ provider: "openai", model: "stand-in", cached: false },
      };
    },
  };
}
