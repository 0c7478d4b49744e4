import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { architectures } from "./packages.ts";

export const manifestName = "manifest.json";

const schema = z.object({
  /** Processor that the worker's native packages are for. */
  architecture: z.enum(architectures),
  functions: z.array(
    z.object({ name: z.string(), trigger: z.enum(["http", "event", "authorizer"]), bytes: z.int() }),
  ),
});

/** What a bundling left in its folder: the stack is made from it, so that the two cannot disagree. */
export type Manifest = z.infer<typeof schema>;

/** Reads the manifest of the bundles in `folder`. Throws when nothing has been bundled there. */
export function readManifest(folder: string): Manifest {
  const path = join(folder, manifestName);
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new Error(`${path}: no usable bundles here; run "npm run build" first`, { cause: error });
  }
}
