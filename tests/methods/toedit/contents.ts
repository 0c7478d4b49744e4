import type { DatasetContent } from "../../../shared/methods/contract.ts";
import { readRows } from "../../../shared/resources/datasets/reading/rows.ts";
import type { RowKind } from "../../../shared/resources/datasets/rows/kinds.ts";

const refuse = () => Promise.reject(new Error("not of this kind"));

/** A data set of rows, read as the store reads it. */
export function rowContent(id: string, kind: RowKind, lines: readonly object[]): DatasetContent {
  const body = new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const stream = async function* () {
    yield body;
  };
  return {
    id,
    kind,
    name: id,
    bytes: body.length,
    text: async () => new TextDecoder().decode(body),
    stream,
    async *rows(schema) {
      for await (const row of readRows(kind, stream())) yield schema.parse(row);
    },
    matrix: refuse,
    scene: refuse,
  };
}

/** A text that comes in the given pieces, however often it is read. */
export function streamedText(
  id: string,
  pieces: () => Iterable<string> | AsyncIterable<string>,
): DatasetContent {
  return {
    id,
    kind: "text",
    name: id,
    bytes: 1000,
    text: async () => (await Array.fromAsync(pieces())).join(""),
    async *stream() {
      for await (const piece of pieces()) yield new TextEncoder().encode(piece);
    },
    rows: () => {
      throw new Error("a text has no rows");
    },
    matrix: refuse,
    scene: refuse,
  };
}
