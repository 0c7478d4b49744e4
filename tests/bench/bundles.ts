import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { bundleAll } from "../../infra/bundle/all.ts";
import { buildFunction } from "../../infra/bundle/build.ts";
import { folderBytes } from "../../infra/bundle/measure.ts";

/** A function's size on disk and what its first import costs in a fresh process. */
export interface BundleFigures {
  readonly name: string;
  /** Bytes of code that a cold start reads. */
  readonly eagerBytes: number;
  /** Bytes of the whole bundle, native and data files included. */
  readonly bytes: number;
  /** Median of five imports, each in a process of its own. */
  readonly importMilliseconds: number;
  /** The same over that of a function that holds the table's client alone. */
  readonly ratio: number;
}

const root = join(import.meta.dirname, "../..");
const repeats = 5;

/** Bundles every function as for a deployment and measures each one. The first row is the table's client alone. */
export async function benchBundles(): Promise<readonly BundleFigures[]> {
  const out = await mkdtemp(join(tmpdir(), "tenfold-bundles-"));
  try {
    const bundles = [await clientAlone(out), ...(await bundleAll(root, out, "x64"))];
    const times = await importTimes(bundles.map(({ folder }) => folder));
    const base = times[0] ?? Number.NaN;
    return bundles.map(({ name, eagerBytes, bytes }, i) => {
      const importMilliseconds = times[i] ?? Number.NaN;
      return { name, eagerBytes, bytes, importMilliseconds, ratio: importMilliseconds / base };
    });
  } finally {
    await rm(out, { recursive: true });
  }
}

async function clientAlone(out: string) {
  const name = "(table client)";
  const source = { name, source: "tests/bench/table-client.ts", trigger: "http", computes: false } as const;
  const { eagerBytes } = await buildFunction(root, out, source, []);
  const folder = join(out, name);
  return { name, folder, eagerBytes, bytes: await folderBytes(folder) };
}

/** Median milliseconds of each folder's first import. Turn by turn, so that a busy moment hits all alike. */
async function importTimes(folders: readonly string[]): Promise<readonly number[]> {
  const times: number[][] = folders.map(() => []);
  for (let i = 0; i < repeats; i++) {
    for (const [at, folder] of folders.entries()) times[at]?.push(await importTime(folder));
  }
  return times.map((one) => one.sort((a, b) => a - b)[Math.floor(repeats / 2)] ?? Number.NaN);
}

/** Milliseconds that a fresh process takes to import `<folder>/index.mjs`. */
async function importTime(folder: string): Promise<number> {
  const script = `const begin = performance.now();
    await import(${JSON.stringify(pathToFileURL(join(folder, "index.mjs")).href)});
    console.log(performance.now() - begin);
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  return Number(stdout);
}
