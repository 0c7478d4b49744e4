import { ContentFault } from "../faults.ts";
import { fieldNames, naming, type RowKind } from "../rows/kinds.ts";
import { type Content, openContent, withHead } from "./content.ts";
import { splitArray } from "./json-array.ts";
import { type JsonObject, parseRow } from "./json-row.ts";
import { type RowTaker, splitLines } from "./lines.ts";
import { isTableOf, readTableRows } from "./table-rows.ts";

/**
 * Whether a content is one JSON array, a table, or JSON Lines. Its first byte that is not white space tells an array;
 * a table is told by its header, which names fields of the kind.
 */
export async function layoutOf(content: Content, kind: RowKind) {
  const beginning = (bytes: Buffer) => bytes.toString("utf8", 0, 65_536);
  const { head, all } = await withHead(
    content.chunks,
    (bytes) => bytes.length >= 65_536 || /^\s*[[{]|\S.*\n/.test(beginning(bytes)),
  );
  const first = beginning(head);
  if (isTableOf(fieldNames[kind], first)) return readTableRows({ ...content, chunks: all });
  return /^\s*\[/.test(first)
    ? ({ layout: "json-array", split: splitArray, chunks: all } as const)
    : ({ layout: "jsonl", split: splitLines, chunks: all } as const);
}

/** The rows of a content that was checked, under the names that methods know and under their own. */
export async function* readRows(kind: RowKind, body: AsyncIterable<Uint8Array>): AsyncGenerator<JsonObject> {
  const name = naming[kind];
  const named = (row: JsonObject) => ({ ...withoutNulls(row), ...name(row).row });
  const content = await openContent(body);
  const opened = await layoutOf(content, kind);
  if ("rows" in opened) {
    for await (const batch of opened.rows) {
      for (const read of batch) {
        if ("error" in read) throw new ContentFault(read.error);
        yield named(read.row);
      }
    }
    return;
  }
  let rows: JsonObject[] = [];
  const taker: RowTaker = {
    row(slice) {
      const parsed = parseRow(slice);
      if ("error" in parsed) throw new ContentFault(parsed.error);
      if ("row" in parsed) rows.push(named(parsed.row));
    },
    tooLong(line, offset) {
      throw new ContentFault({ message: "a row is too long", line, offset });
    },
  };
  const splitter = opened.split(content.start, taker);
  for await (const chunk of opened.chunks) {
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
