import { mkdir, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { installedMethods } from "./methods.ts";
import type { FunctionSource } from "./sources.ts";

/** What esbuild made of one function. */
export interface Built {
  /** Paths of the modules of which something is in the output, from the repository's root. */
  readonly modules: readonly string[];
  /** Packages that stayed outside and are imported at run time. */
  readonly packages: readonly string[];
  /** Bytes of code that a cold start reads: the entry and what it imports at once. */
  readonly eagerBytes: number;
}

const options: BuildOptions = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node24",
  mainFields: ["module", "main"],
  outExtension: { ".js": ".mjs" },
  // What the SDK loads only when asked to (sign-in by SSO, by profile, ...) goes into chunks of its own:
  // measured, a handler with the table's client imports in a fifth less time than as one file.
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  // A stack trace out of a log is read with the map of the same build, in `maps`.
  minify: true,
  legalComments: "none",
  sourcemap: "external",
  sourcesContent: false,
  logLevel: "error",
  // Packages written as CommonJS ask for Node's own modules by `require`, which an ES module does not have.
  banner: {
    js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
  },
};

/**
 * Leaves a method's `run.ts`, and with it the engine, out of the bundles of functions that never compute.
 */
const withoutRuns: Plugin = {
  name: "without-runs",
  setup(context) {
    context.onResolve({ filter: /\/run\.ts$/ }, ({ kind, importer }) =>
      kind === "dynamic-import" && /[\\/]shared[\\/]methods[\\/]/.test(importer)
        ? { path: "run", namespace: "without-runs" }
        : undefined,
    );
    context.onLoad({ filter: /.*/, namespace: "without-runs" }, () => ({
      contents:
        'export const run = () => { throw new Error("This function does not compute; the worker does"); };',
    }));
  },
};

/**
 * `@aws-sdk/lib-dynamodb` does not declare that its modules have no side effects, so that every function
 * would carry its paginators, and with them the commands Query and Scan.
 */
const prunedDocumentClient: Plugin = {
  name: "pruned-document-client",
  setup(context) {
    context.onResolve({ filter: /^@aws-sdk\/lib-dynamodb$/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === "pruned-document-client") return undefined;
      const found = await context.resolve(path, { ...rest, pluginData: "pruned-document-client" });
      return found.errors.length > 0 ? found : { ...found, sideEffects: false };
    });
  },
};

/**
 * Leaves out how the SDK signs in by SSO, by profile, by a process or a web identity's file: a function has its
 * credentials in its environment, or from the endpoint that this names, and never gets so far down the SDK's chain.
 */
const credentialsOfFunctions: Plugin = {
  name: "credentials-of-functions",
  setup(context) {
    const filter = /^@aws-sdk\/credential-provider-(sso|ini|process|web-identity)$/;
    context.onResolve({ filter }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path, namespace: "no-credentials" } : undefined,
    );
    context.onLoad({ filter: /.*/, namespace: "no-credentials" }, () => ({
      contents: `const none = () => async () => { throw new Error("This function signs in by its environment"); };
        export { none as fromSSO, none as fromIni, none as fromProcess, none as fromTokenFile };`,
    }));
  },
};

/**
 * Bundles one function into `<out>/<name>/index.mjs` and its chunks; source maps go to `<out>/maps/<name>`,
 * out of what is deployed. `external` packages stay imports.
 */
export async function buildFunction(
  root: string,
  out: string,
  { name, source, computes }: FunctionSource,
  external: readonly string[],
): Promise<Built> {
  const folder = join(out, name);
  await rm(folder, { recursive: true, force: true });
  const { metafile, outputFiles } = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: [{ in: source, out: "index" }],
    outdir: folder,
    external: [...external],
    plugins: [
      prunedDocumentClient,
      credentialsOfFunctions,
      installedMethods,
      ...(computes ? [] : [withoutRuns]),
    ],
    metafile: true,
    write: false,
  });
  await Promise.all(
    outputFiles.map(async ({ path, contents }) => {
      const target = path.endsWith(".map") ? join(out, "maps", name, path.slice(folder.length)) : path;
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, contents);
    }),
  );
  return {
    modules: modulesOf(metafile),
    packages: packagesOf(metafile),
    eagerBytes: eagerBytesOf(metafile, source),
  };
}

function modulesOf({ outputs }: Metafile): string[] {
  const modules = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  return [...new Set(modules)].sort();
}

/** Tried for by a package that does without when it is not there: linkedom draws nothing here. */
const optional: ReadonlySet<string> = new Set(["canvas"]);

function packagesOf({ outputs }: Metafile): string[] {
  const names = Object.values(outputs).flatMap(({ imports }) =>
    imports.flatMap(({ path, external }) =>
      external === true && !isBuiltin(path) && !optional.has(path) ? [path] : [],
    ),
  );
  return [...new Set(names)].sort();
}

function eagerBytesOf({ outputs }: Metafile, entryPoint: string): number {
  const read = new Set<string>();
  const visit = (path: string) => {
    if (read.has(path)) return;
    read.add(path);
    for (const imported of outputs[path]?.imports ?? []) {
      if (imported.kind === "import-statement" && imported.external !== true) visit(imported.path);
    }
  };
  for (const [path, output] of Object.entries(outputs)) if (output.entryPoint === entryPoint) visit(path);
  return [...read].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
}
