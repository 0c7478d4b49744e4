import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Bytes of all files under `folder`. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
