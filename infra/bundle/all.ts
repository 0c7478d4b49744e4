import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateOpenApi } from "../../functions/openapi/generate.ts";
import { buildPage } from "../../shared/console/build.ts";
import { type Built, buildFunction } from "./build.ts";
import { checkBundle } from "./checks.ts";
import { type Manifest, manifestName } from "./manifest.ts";
import { folderBytes } from "./measure.ts";
import { type Architecture, carryPackages, externalPackages } from "./packages.ts";
import { type FunctionSource, functionSources } from "./sources.ts";

/** One function's bundle. */
export interface Bundle extends FunctionSource, Built {
  readonly folder: string;
  /** Size of the whole folder, unzipped. */
  readonly bytes: number;
}

/**
 * Bundles every function of the repository at `root` into `<out>/<name>`, the worker for the given
 * processor, and writes the manifest that the stack is made from. Throws when a bundle is not fit to deploy.
 */
export async function bundleAll(
  root: string,
  out: string,
  architecture: Architecture,
): Promise<readonly Bundle[]> {
  await mkdir(out, { recursive: true });
  const bundles: Bundle[] = [];
  for (const source of functionSources(root)) bundles.push(await bundleOne(root, out, source, architecture));
  bundles.forEach(checkBundle);
  const manifest: Manifest = {
    architecture,
    functions: bundles.map(({ name, trigger, bytes }) => ({ name, trigger, bytes })),
  };
  await writeFile(join(out, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return bundles;
}

/** What lies beside a bundle, made when it is built: by the function's name, then the file's. */
const filesBeside: Readonly<Record<string, Readonly<Record<string, () => unknown>>>> = {
  "get-openapi": { "openapi.json": generateOpenApi },
  "get-console": { "page.json": () => buildPage("console") },
  "get-docs": { "page.json": () => buildPage("docs") },
};

async function bundleOne(
  root: string,
  out: string,
  source: FunctionSource,
  architecture: Architecture,
): Promise<Bundle> {
  const folder = join(out, source.name);
  const built = await buildFunction(root, out, source, externalPackages);
  await carryPackages(root, folder, built.packages, architecture);
  const beside = filesBeside[source.name] ?? {};
  for (const [file, make] of Object.entries(beside)) {
    await writeFile(join(folder, file), JSON.stringify(await make()));
  }
  return { ...source, ...built, folder, bytes: await folderBytes(folder) };
}
