import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type ModelSource, missing, outside } from "./model-source.ts";

/** The most that one read of a file asks for: Node refuses 2 GiB and more. */
const readBytes = 2 ** 30;

/** The files of a folder, read from the disk as they are asked for. */
export async function folderSource(folder: string): Promise<ModelSource> {
  const entries = await readdir(folder);
  const found = await Promise.all(
    entries.sort().map(async (name) => ({ name, about: await stat(join(folder, name)) })),
  );
  const files = found.flatMap(({ name, about }) => (about.isFile() ? [{ name, bytes: about.size }] : []));
  return {
    files,
    async read(name, from, to) {
      const file = files.find((one) => one.name === name);
      if (file === undefined) throw missing(name);
      if (from < 0 || to < from || to > file.bytes) throw outside(name, from, to, file.bytes);
      return readRange(join(folder, name), from, to);
    },
  };
}

async function readRange(path: string, from: number, to: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(to - from);
  const file = await open(path);
  try {
    for (let at = 0; at < bytes.length; ) {
      const length = Math.min(readBytes, bytes.length - at);
      const { bytesRead } = await file.read(bytes, at, length, from + at);
      if (bytesRead === 0) throw outside(path, from, to, from + at);
      at += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}
