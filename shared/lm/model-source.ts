/**
 * The files of a model, read by ranges of bytes, so that weights of any size go through in pieces. Wherever
 * they lie: in memory, in a folder, in a bucket.
 */
export interface ModelSource {
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  /** Bytes [from, to) of a file, in an array that the caller may keep. Throws where there are none. */
  read(name: string, from: number, to: number): Promise<Uint8Array>;
}
