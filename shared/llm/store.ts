import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";

/** Where answers are kept, by the hash of their request. */
export interface AnswerStore {
  get(name: string): Promise<Uint8Array | undefined>;
  put(name: string, bytes: Uint8Array): Promise<void>;
}

/** An answer as it is kept: in a cache, or as a line of a replay file. */
export const storedAnswer = z.object({
  /** Of its request. */
  hash: z.string(),
  provider: z.string(),
  model: z.string(),
  schemaName: z.string(),
  raw: z.string(),
  usage: z.object({
    inputTokens: z.int().nonnegative(),
    outputTokens: z.int().nonnegative(),
    cost: z.number().nonnegative().exactOptional(),
  }),
});
export type StoredAnswer = z.infer<typeof storedAnswer>;

export const toBytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** Reads what `toBytes` wrote; undefined for what is none of the schema's. */
export function fromBytes<T>(bytes: Uint8Array | undefined, schema: z.ZodType<T>): T | undefined {
  if (bytes === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

export function memoryStore(): AnswerStore {
  const kept = new Map<string, Uint8Array>();
  return {
    get: async (name) => kept.get(name),
    async put(name, bytes) {
      kept.set(name, bytes);
    },
  };
}

/** A folder with a file for each answer; made when it is missing. */
export function folderStore(folder: string): AnswerStore {
  let writes = 0;
  return {
    async get(name) {
      try {
        return await readFile(join(folder, `${name}.json`));
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }
    },
    async put(name, bytes) {
      await mkdir(folder, { recursive: true });
      const draft = join(folder, `${name}.${process.pid}-${++writes}.part`);
      await writeFile(draft, bytes);
      await rename(draft, join(folder, `${name}.json`));
    },
  };
}
