import type { RunContext } from "../contract.ts";

/** A file of edited items. */
export interface ShardFile {
  readonly name: string;
  readonly bytes: number;
  readonly items: number;
}

/** Files that a run leaves at most, the report's and its tables' besides. */
export const mostShards = 180;

/** What of an edited corpus is stored, and what waits for its file to be full. */
export interface ShardState {
  readonly files: readonly ShardFile[];
  /** Content of the file that is being filled, and its items. */
  readonly open: Uint8Array;
  readonly openItems: number;
}

export const noShards: ShardState = { files: [], open: new Uint8Array(), openItems: 0 };

export interface ShardOptions {
  readonly ctx: Pick<RunContext, "artifact">;
  readonly bytes: number;
  readonly type: string;
  nameOf(number: number): string;
}

/** Bytes of a file so that a corpus of this size has at most some 160 of them. */
export function shardSize(wanted: number, corpusBytes: number): number {
  return Math.max(wanted, Math.ceil(corpusBytes / 160));
}

/**
 * Adds items to the files: a file is full with the item that reaches the size, so that its bytes follow from the
 * items alone, wherever a run was cut. Throws RangeError when there would be too many files.
 */
export async function addItems(
  state: ShardState,
  items: readonly string[],
  options: ShardOptions,
): Promise<ShardState> {
  let parts: Uint8Array[] = [state.open];
  let [bytes, count] = [state.open.length, state.openItems];
  const files = [...state.files];
  for (const item of items) {
    const encoded = new TextEncoder().encode(item);
    parts.push(encoded);
    bytes += encoded.length;
    count++;
    if (bytes < options.bytes) continue;
    files.push(await store({ parts, bytes, count }, files.length + 1, options));
    [parts, bytes, count] = [[], 0, 0];
  }
  return { files, open: Buffer.concat(parts), openItems: count };
}

/** Stores what is left as the last file. */
export async function closeShards(state: ShardState, options: ShardOptions): Promise<readonly ShardFile[]> {
  if (state.openItems === 0) return state.files;
  const { files, open, openItems: count } = state;
  const last = await store({ parts: [open], bytes: open.length, count }, files.length + 1, options);
  return [...files, last];
}

async function store(
  {
    parts,
    bytes,
    count,
  }: { readonly parts: readonly Uint8Array[]; readonly bytes: number; readonly count: number },
  number: number,
  { ctx, type, nameOf }: ShardOptions,
): Promise<ShardFile> {
  if (number > mostShards) {
    throw new RangeError(
      `shardBytes: more than ${mostShards} files; take larger ones, or a shard of the corpus`,
    );
  }
  const name = nameOf(number);
  await ctx.artifact(name, Buffer.concat(parts), type);
  return { name, bytes, items: count };
}
