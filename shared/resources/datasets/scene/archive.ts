import { Readable } from "node:stream";
import { constants, inflateRawSync } from "node:zlib";
import {
  type Entry,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  validateFileName,
  type ZipFile,
} from "yauzl";
import { ContentFault, cut, type Faults } from "../faults.ts";
import { maxExpansion } from "../reading/content.ts";
import { maxDatasetBytes } from "../record.ts";
import { type ByteSource, cached } from "./source.ts";

/** A file in an archive, by its size once decompressed. */
export interface ArchiveFile {
  readonly name: string;
  readonly bytes: number;
}

/** The files of a zip archive, which stays where it is and is read in pieces. */
export interface Archive {
  readonly files: ReadonlyMap<string, ArchiveFile>;
  /** About the first `length` bytes of a file's packed data, decompressed: enough to see what it is. */
  head(name: string, length: number): Promise<Buffer>;
  stream(name: string): Promise<AsyncIterable<Buffer>>;
  /** All of a file. Throws a ContentFault when it has more bytes than `most`. */
  bytes(name: string, most: number): Promise<Buffer>;
}

const maxFiles = 50_000;
/** Below this a file may be as repetitive as it likes. */
const bombsFrom = 16 * 1024 * 1024;
/** What operating systems leave behind in archives. */
const litter = /(^|\/)(__MACOSX|\.DS_Store|Thumbs\.db|desktop\.ini|\.git)(\/|$)/;

/**
 * Reads an archive's table of contents, and tells what in it is dangerous or cannot be read. Throws a ContentFault
 * for what is no archive. Nothing is ever unpacked to a file system.
 */
export async function openArchive(given: ByteSource, faults: Faults): Promise<Archive> {
  const source = cached(given);
  const zip = await openZip(source);
  const entries = new Map<string, Entry>();
  const check = entryChecks(given.bytes);
  try {
    if (zip.entryCount > maxFiles) {
      throw new ContentFault({
        message: `${zip.entryCount} files are more than the ${maxFiles} that are allowed`,
      });
    }
    for await (const entry of zip.eachEntry()) {
      const name = nameOf(entry);
      if (name.endsWith("/") || litter.test(name)) continue;
      const message = check(name, entry);
      if (message === undefined) entries.set(name, entry);
      else faults.add({ message, file: cut(name, 200) });
      if (faults.full()) break;
    }
  } catch (error) {
    throw zipFault(error);
  }
  if (overlap([...entries.values()])) {
    throw new ContentFault({ message: "files of the archive lie one upon the other, as in a zip bomb" });
  }
  const need = (name: string) => {
    const entry = entries.get(name);
    if (entry === undefined) throw new Error(`there is no file ${name} in the archive`);
    return entry;
  };
  const stream = async (name: string) => {
    try {
      return faultsOf(name, await zip.openReadStreamPromise(need(name)));
    } catch (error) {
      throw zipFault(error, name);
    }
  };
  return {
    files: new Map(
      [...entries].map(([name, { uncompressedSize }]) => [name, { name, bytes: uncompressedSize }]),
    ),
    stream,
    async bytes(name, most) {
      const { uncompressedSize } = need(name);
      if (uncompressedSize > most) {
        throw new ContentFault({ message: `${uncompressedSize} bytes are more than ${most}`, file: name });
      }
      return Buffer.concat(await Array.fromAsync(await stream(name)));
    },
    async head(name, length) {
      const entry = need(name);
      try {
        const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
        const end = fileDataStart + Math.min(length, entry.compressedSize);
        const packed = await source.read(fileDataStart, end);
        return entry.compressionMethod === 0 ? packed : inflateHead(packed);
      } catch (error) {
        throw zipFault(error, name);
      }
    },
  };
}

const inflateHead = (packed: Buffer) =>
  inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * 1024 * 1024 });

class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(pieces(this.#source, start, end), { objectMode: false });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#source.read(position, position + length).then(
      (bytes) => {
        buffer.set(bytes, offset);
        callback(bytes.length < length ? new Error("the archive ends too early") : null);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  }
}

const pieceBytes = 1024 * 1024;

async function* pieces({ read }: ByteSource, start: number, end: number) {
  for (let at = start; at < end; at += pieceBytes) yield await read(at, Math.min(end, at + pieceBytes));
}

async function openZip(source: ByteSource): Promise<ZipFile> {
  try {
    return await fromRandomAccessReaderPromise(new SourceReader(source), source.bytes, {
      lazyEntries: true,
      autoClose: false,
      // Names are looked at one by one, so that each bad one is told.
      decodeStrings: false,
    });
  } catch (error) {
    throw zipFault(error);
  }
}

const nameOf = ({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string =>
  getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);

/** Says of each entry why it is refused, with what came before it in mind. */
function entryChecks(archiveBytes: number) {
  const seen = new Set<string>();
  let total = 0;
  return (name: string, entry: Entry): string | undefined => {
    const path = pathFault(name);
    if (path !== undefined) return path;
    const mode = entry.versionMadeBy >>> 8 === 3 ? entry.externalFileAttributes >>> 16 : 0;
    if ((mode & 0o170000) === 0o120000)
      return "is a symbolic link; an archive has to hold the files themselves";
    if (entry.isEncrypted()) return "is encrypted";
    if (!entry.canDecodeFileData())
      return `is packed by a method (${entry.compressionMethod}) that is not known here`;
    const { compressedSize, uncompressedSize } = entry;
    total += uncompressedSize;
    if (uncompressedSize > bombsFrom && uncompressedSize > maxExpansion * compressedSize) {
      return `grows more than ${maxExpansion} times when it is decompressed, as a zip bomb does`;
    }
    if (total > maxDatasetBytes) return `brings the archive over ${maxDatasetBytes} bytes once decompressed`;
    if (entry.relativeOffsetOfLocalHeader + compressedSize > archiveBytes)
      return "lies beyond the archive's end";
    const folded = name.normalize("NFC").toLowerCase();
    if (seen.has(folded)) return "is there twice";
    seen.add(folded);
    return undefined;
  };
}

function pathFault(name: string): string | undefined {
  if (validateFileName(name) !== null) {
    return name.includes("\\")
      ? "has a backslash in its path; zip archives part folders by slashes"
      : "has a path that leads out of the archive";
  }
  return /\p{Cc}/u.test(name) ? "has control characters in its name" : undefined;
}

/** Whether two files share bytes of the archive. */
function overlap(entries: readonly Entry[]): boolean {
  const spans = entries
    .map(({ relativeOffsetOfLocalHeader: start, compressedSize, fileNameLength }) => ({
      start,
      end: start + 30 + fileNameLength + compressedSize,
    }))
    .sort((a, b) => a.start - b.start);
  return spans.some(({ start }, i) => start < (spans[i - 1]?.end ?? 0));
}

async function* faultsOf(file: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    throw zipFault(error, file);
  }
}

/** What the zip reader throws, as a fault of the content; what the bucket throws stays as it is. */
function zipFault(error: unknown, file?: string): unknown {
  const ours = error instanceof Error && !("$metadata" in error) && !(error instanceof ContentFault);
  if (!ours || ("code" in error && !String(error.code).startsWith("Z_"))) return error;
  const at = file === undefined ? {} : { file };
  if (/End of central directory/.test(error.message)) {
    return new ContentFault({ message: "this is not a zip archive, or its end is missing", ...at });
  }
  return new ContentFault({ message: `the zip archive is damaged: ${cut(error.message, 160)}`, ...at });
}
