import { createHash, randomUUID } from "node:crypto";
import { readdirSync, unlinkSync } from "node:fs";
import { copyFile, type FileHandle, link, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";

/** A file with a stretch of an object's bytes. */
export interface Piece {
  readonly file: string;
  readonly bytes: number;
}

/** The files of objects, each written once and never changed. */
export interface Pieces {
  /** Writes a stream to a new file; `md5` is in hexadecimal. */
  write(body: AsyncIterable<Uint8Array>): Promise<Piece & { readonly md5: string }>;
  /** The same bytes under a new name, without reading them where the file system has links. */
  copy(pieces: readonly Piece[]): Promise<Piece[]>;
  /** Reads from `start` up to `end`. What is removed meanwhile is read to its end all the same. */
  read(pieces: readonly Piece[], start: number, end: number): AsyncGenerator<Uint8Array>;
  remove(pieces: readonly Piece[]): void;
  /** Removes every file that is not one of these: what a kill left behind. */
  sweep(known: ReadonlySet<string>): void;
}

const readBytes = 256 * 1024;

export async function openPieces(directory: string): Promise<Pieces> {
  await mkdir(directory, { recursive: true });
  const pathOf = (file: string) => join(directory, file);
  return {
    async write(body) {
      const file = randomUUID();
      const md5 = createHash("md5");
      const handle = await open(pathOf(file), "wx");
      let bytes = 0;
      try {
        for await (const chunk of body) {
          md5.update(chunk);
          for (let at = 0; at < chunk.length; ) {
            const { bytesWritten } = await handle.write(chunk, at);
            at += bytesWritten;
          }
          bytes += chunk.length;
        }
      } catch (error) {
        await handle.close();
        await rm(pathOf(file), { force: true });
        throw error;
      }
      await handle.close();
      return { file, bytes, md5: md5.digest("hex") };
    },
    copy: (pieces) =>
      Promise.all(
        pieces.map(async (piece) => {
          const file = randomUUID();
          const paths = [pathOf(piece.file), pathOf(file)] as const;
          await link(...paths).catch(() => copyFile(...paths));
          return { file, bytes: piece.bytes };
        }),
      ),
    async *read(pieces, start, end) {
      const stretches = cover(pieces, start, end);
      const handles: FileHandle[] = [];
      try {
        for (const { file } of stretches) handles.push(await open(pathOf(file)));
        for (const [i, { from, to }] of stretches.entries()) yield* readFile(handles[i], from, to);
      } finally {
        await Promise.all(handles.map((handle) => handle.close()));
      }
    },
    remove(pieces) {
      for (const { file } of pieces) {
        try {
          unlinkSync(pathOf(file));
        } catch (error) {
          if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
        }
      }
    },
    sweep(known) {
      for (const file of readdirSync(directory)) if (!known.has(file)) unlinkSync(pathOf(file));
    },
  };
}

/** The parts of pieces that lie between two places in the whole. */
function cover(pieces: readonly Piece[], start: number, end: number) {
  let at = 0;
  return pieces.flatMap(({ file, bytes }) => {
    const from = Math.max(0, start - at);
    const to = Math.min(bytes, end - at);
    at += bytes;
    return from < to ? [{ file, from, to }] : [];
  });
}

async function* readFile(handle: FileHandle | undefined, from: number, to: number) {
  for (let at = from; handle !== undefined && at < to; ) {
    const buffer = Buffer.allocUnsafe(Math.min(readBytes, to - at));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) throw new Error("a file of an object is shorter than it was");
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}
