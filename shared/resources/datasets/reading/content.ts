import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ContentFault } from "../faults.ts";
import { maxDatasetBytes } from "../record.ts";

/** A content as its bytes come in: decompressed, and without a byte order mark. */
export interface Content {
  readonly compression: "none" | "gzip";
  readonly bom: boolean;
  /** Offset of the first chunk: behind the mark. */
  readonly start: number;
  readonly chunks: AsyncIterable<Buffer>;
  /** Bytes that have come so far, decompressed, with the mark. */
  bytes(): number;
}

/** Times its size that a content may have once decompressed; text seldom comes to a tenth of it. */
export const maxExpansion = 200;
/** Below this a content may be as repetitive as it likes. */
const bombsFrom = 16 * 1024 * 1024;
const byteOrderMark = Buffer.from("\ufeff");

/**
 * Looks at the first bytes of a content and decompresses gzip. Throws a ContentFault for what is plainly
 * something else (UTF-16, an archive, a spreadsheet); its chunks throw one for gzip that is damaged or a bomb.
 */
export async function openContent(body: AsyncIterable<Uint8Array>): Promise<Content> {
  const raw = await withHead(body, hasMagic);
  const gzip = raw.head[0] === 0x1f && raw.head[1] === 0x8b;
  const inner = gzip ? await withHead(gunzip(raw.all), hasMagic) : raw;
  refuseForeign(inner.head, gzip);
  const bom = inner.head.subarray(0, 3).equals(byteOrderMark);
  let bytes = 0;
  async function* chunks() {
    for await (const chunk of inner.all) {
      const first = bytes === 0;
      bytes += chunk.length;
      yield first && bom ? chunk.subarray(3) : chunk;
    }
  }
  return {
    compression: gzip ? "gzip" : "none",
    bom,
    start: bom ? 3 : 0,
    chunks: chunks(),
    bytes: () => bytes,
  };
}

const hasMagic = (head: Buffer) => head.length >= 4;

const toBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The beginning of a stream, as much as is `enough` where there is so much, and all of the stream with it. */
export async function withHead(
  body: AsyncIterable<Uint8Array>,
  enough: (head: Buffer) => boolean,
): Promise<{ readonly head: Buffer; readonly all: AsyncGenerator<Buffer> }> {
  const chunks = body[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (!enough(head)) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = head.length === 0 ? toBuffer(value) : Buffer.concat([head, value]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      if (head.length > 0) yield head;
      for (;;) {
        const { done, value } = await chunks.next();
        if (done) return;
        yield toBuffer(value);
      }
    } finally {
      await chunks.return?.();
    }
  }
  return { head, all: all() };
}

async function* gunzip(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let packed = 0;
  let unpacked = 0;
  async function* counted() {
    for await (const chunk of body) {
      packed += chunk.length;
      yield chunk;
    }
  }
  const source = Readable.from(counted());
  const inflating = source.pipe(createGunzip({ chunkSize: 256 * 1024 }));
  source.on("error", (error) => inflating.destroy(error));
  try {
    for await (const chunk of inflating) {
      unpacked += chunk.length;
      refuseBomb(packed, unpacked);
      yield chunk;
    }
  } catch (error) {
    throw gzipFault(error, unpacked);
  } finally {
    source.destroy();
    inflating.destroy();
  }
}

/** Throws when a content grows beyond what a text can. */
function refuseBomb(packed: number, unpacked: number): void {
  if (unpacked > bombsFrom && unpacked > maxExpansion * packed) {
    const message = `the content grows more than ${maxExpansion} times when it is decompressed`;
    throw new ContentFault({ message, offset: unpacked });
  }
  if (unpacked > maxDatasetBytes) {
    const message = `decompressed, the content has more than the ${maxDatasetBytes} bytes that are allowed`;
    throw new ContentFault({ message, offset: maxDatasetBytes });
  }
}

function gzipFault(error: unknown, offset: number): unknown {
  if (!(error instanceof Error && "code" in error)) return error;
  if (error.code === "Z_BUF_ERROR")
    return new ContentFault({ message: "the gzip file ends too early", offset });
  if (error.code !== "Z_DATA_ERROR") return error;
  return new ContentFault({ message: `the gzip file is damaged: ${error.message}`, offset });
}

const foreign: readonly { readonly magic: readonly number[]; readonly what: string }[] = [
  { magic: [0xff, 0xfe], what: "a text in UTF-16; save it as UTF-8" },
  { magic: [0xfe, 0xff], what: "a text in UTF-16; save it as UTF-8" },
  { magic: [0, 0, 0xfe, 0xff], what: "a text in UTF-32; save it as UTF-8" },
  {
    magic: [0x50, 0x4b, 3, 4],
    what: "a zip archive or an Excel workbook; unpack it, or save it as text",
  },
  { magic: [0x50, 0x4b, 5, 6], what: "an empty zip archive" },
  { magic: [0xd0, 0xcf, 0x11, 0xe0], what: "an old Excel or Word file; save it as text" },
  { magic: [0x50, 0x41, 0x52, 0x31], what: "a Parquet file; export it as JSON Lines or a table in text" },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], what: "compressed with zstd; decompress it, or use gzip" },
  { magic: [0x42, 0x5a, 0x68], what: "compressed with bzip2; decompress it, or use gzip" },
  { magic: [0xfd, 0x37, 0x7a, 0x58], what: "compressed with xz; decompress it, or use gzip" },
  { magic: [0x1f, 0x8b], what: "compressed twice; decompress it once" },
];

function refuseForeign(head: Buffer, gzip: boolean): void {
  if (head.length === 0) {
    throw new ContentFault({ message: gzip ? "the gzip file holds nothing" : "the file is empty" });
  }
  const found = foreign.find(({ magic }) => magic.every((byte, i) => head[i] === byte));
  if (found !== undefined) throw new ContentFault({ message: `this is ${found.what}`, offset: 0, line: 1 });
}
