import { dirname } from "node:path";
import type { Plugin } from "esbuild";
import { methodFile, methodIds } from "../../shared/methods/folders.ts";

/** Writes `shared/methods/installed.ts` with one import for each method's folder: a bundle has no folders to read. */
export const installedMethods: Plugin = {
  name: "installed-methods",
  setup(context) {
    context.onLoad({ filter: /[\\/]shared[\\/]methods[\\/]installed\.ts$/ }, ({ path }) => {
      const resolveDir = dirname(path);
      return { contents: installedModule(methodIds(resolveDir)), resolveDir, loader: "ts" };
    });
  },
};

function installedModule(ids: readonly string[]): string {
  const imports = ids.map((id, at) => `import method${at} from ${JSON.stringify(`./${id}/${methodFile}`)};`);
  return [...imports, `export default [${ids.map((_, at) => `method${at}`).join(", ")}];`].join("\n");
}
