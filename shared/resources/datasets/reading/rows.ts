import { ContentFault } from "../faults.ts";
import { naming, type RowKind } from "../rows/kinds.ts";
import { type Content, openContent, withHead } from "./content.ts";
import { splitArray } from "./json-array.ts";
import { type JsonObject, parseRow } from "./json-row.ts";
import { type RowTaker, splitLines } from "./lines.ts";

/** Whether a content is one JSON array, and not JSON Lines: its first byte that is not white space tells. */
export async function layoutOf({ chunks }: Content) {
  const beginning = (bytes: Buffer) => bytes.toString("latin1", 0, 65_536);
  const { head, all } = await withHead(
    chunks,
    (bytes) => bytes.length >= 65_536 || /\S/.test(beginning(bytes)),
  );
  const layout = /^\s*\[/.test(beginning(head)) ? "json-array" : "jsonl";
  return { layout, split: layout === "json-array" ? splitArray : splitLines, chunks: all } as const;
}

/** The rows of a content that was checked, under the names that methods know and under their own. */
export async function* readRows(kind: RowKind, body: AsyncIterable<Uint8Array>): AsyncGenerator<JsonObject> {
  const name = naming[kind];
  let rows: JsonObject[] = [];
  const taker: RowTaker = {
    row(slice) {
      const parsed = parseRow(slice);
      if ("error" in parsed) throw new ContentFault(parsed.error);
      if ("row" in parsed) rows.push({ ...withoutNulls(parsed.row), ...name(parsed.row).row });
    },
    tooLong(line, offset) {
      throw new ContentFault({ message: "a row is too long", line, offset });
    },
  };
  const content = await openContent(body);
  const { split, chunks } = await layoutOf(content);
  const splitter = split(content.start, taker);
  for await (const chunk of chunks) {
    splitter.push(chunk);
    const ready = rows;
    rows = [];
    yield* ready;
  }
  splitter.end();
  yield* rows;
}

/** A field that is null is one that is not there. */
const withoutNulls = (row: JsonObject) =>
  Object.values(row).includes(null)
    ? Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))
    : row;
