import { ModelError } from "./model-error.ts";

/**
 * The files of a model, read by ranges of bytes, so that weights of any size go through in pieces. Wherever
 * they lie: in memory, in a folder, in a bucket.
 */
export interface ModelSource {
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  /** Bytes [from, to) of a file, in an array that the caller may keep. Throws where there are none. */
  read(name: string, from: number, to: number): Promise<Uint8Array>;
}

/** Files that are in memory already. */
export function memorySource(files: ReadonlyMap<string, Uint8Array>): ModelSource {
  return {
    files: [...files].map(([name, { length }]) => ({ name, bytes: length })),
    async read(name, from, to) {
      const bytes = files.get(name);
      if (bytes === undefined) throw missing(name);
      if (from < 0 || to < from || to > bytes.length) throw outside(name, from, to, bytes.length);
      return bytes.slice(from, to);
    },
  };
}

export const missing = (name: string) => new ModelError(`there is no ${name}`);

export const outside = (name: string, from: number, to: number, bytes: number) =>
  new ModelError(`${name}: bytes ${from} to ${to} are not within its ${bytes}`);

/** Size of a file, or undefined where there is none of this name. */
export function sizeOfFile({ files }: ModelSource, name: string): number | undefined {
  return files.find((file) => file.name === name)?.bytes;
}

/** The whole of a file. Throws ModelError where there is none. */
export async function wholeFile(source: ModelSource, name: string): Promise<Uint8Array> {
  const bytes = sizeOfFile(source, name);
  if (bytes === undefined) throw missing(name);
  return source.read(name, 0, bytes);
}

/** The content of a JSON file. Throws ModelError where there is none, or it is no JSON. */
export async function jsonFile(source: ModelSource, name: string): Promise<unknown> {
  const text = new TextDecoder().decode(await wholeFile(source, name));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ModelError(`${name}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
