import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { ContentFault } from "../faults.ts";
import { type Content, withHead } from "../reading/content.ts";
import { utf8Chunks } from "../reading/utf8.ts";
import { type Delimiter, guessDelimiter } from "./delimiter.ts";

/** Largest record, in bytes: its cells take many times as much. */
export const maxRecordBytes = 1024 * 1024;

/** A record of a table and the line that it begins in. */
export interface TableRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Reads a table's records as they come in. Throws a ContentFault for what is not a table in UTF-8. */
export async function readTable(content: Content): Promise<{
  readonly delimiter: Delimiter;
  readonly records: AsyncIterable<TableRecord>;
  readonly newlines: () => "lf" | "crlf" | "mixed" | "none";
}> {
  const chunks = utf8Chunks(content.chunks, content.start);
  const { head, all } = await withHead(
    chunks,
    (bytes) => bytes.includes("\n") || bytes.length > maxRecordBytes,
  );
  const delimiter = guessDelimiter(head.toString("utf8"));
  const crlf = head.includes("\r\n");
  return {
    delimiter,
    records: records(all, delimiter),
    newlines: () => (crlf ? "crlf" : head.includes("\n") ? "lf" : "none"),
  };
}

async function* records(bytes: AsyncIterable<Buffer>, delimiter: Delimiter): AsyncGenerator<TableRecord> {
  const parser = parse({
    delimiter,
    relax_column_count: true,
    // Fasta headers and the like have quotes inside of cells.
    relax_quotes: true,
    skip_empty_lines: true,
    info: true,
    max_record_size: maxRecordBytes,
  });
  const source = Readable.from(bytes);
  source.on("error", (error) => parser.destroy(error));
  source.pipe(parser);
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      yield { line, cells: record };
      line = info.lines + 1;
    }
  } catch (error) {
    throw tableFault(error, line);
  } finally {
    source.destroy();
    parser.destroy();
  }
}

function tableFault(error: unknown, line: number): unknown {
  if (!(error instanceof CsvError)) return error;
  if (error.code === "CSV_QUOTE_NOT_CLOSED") {
    return new ContentFault({ message: "a quote that opens here is never closed", line });
  }
  if (error.code === "CSV_MAX_RECORD_SIZE") {
    return new ContentFault({
      message: `a row has more than the ${maxRecordBytes} bytes that are allowed`,
      line,
    });
  }
  return new ContentFault({ message: `not a table: ${error.message}`, line });
}
