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
    return await measureAll(out);
  } finally {
    await rm(out, { recursive: true });
  }
}

async function measureAll(out: string): Promise<readonly BundleFigures[]> {
  const client = {
    name: "table-client",
    source: "tests/bench/table-client.ts",
    trigger: "http",
    computes: false,
  } as const;
  const { eagerBytes } = await buildFunction(root, out, client, []);
  const bytes = await folderBytes(join(out, client.name));
  const base = await importTime(join(out, client.name));
  const figures: BundleFigures[] = [
    { name: "(table's client alone)", eagerBytes, bytes, importMilliseconds: base, ratio: 1 },
  ];
  for (const { name, folder, ...sizes } of await bundleAll(root, out, "x64")) {
    const importMilliseconds = await importTime(folder);
    figures.push({
      name,
      eagerBytes: sizes.eagerBytes,
      bytes: sizes.bytes,
      importMilliseconds,
      ratio: importMilliseconds / base,
    });
  }
  return figures;
}

/** Median time in milliseconds of the first import of `<folder>/index.mjs`. */
async function importTime(folder: string): Promise<number> {
  const script = `const begin = performance.now();
    await import(${JSON.stringify(pathToFileURL(join(folder, "index.mjs")).href)});
    console.log(performance.now() - begin);
    process.exit();`;
  const env = {
    ...process.env,
    TABLE_NAME: "any",
    BUCKET_NAME: "any",
    QUEUE_URL: "any",
    AWS_REGION: "us-east-1",
  };
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      env,
    });
    times.push(Number(stdout));
  }
  return times.sort((a, b) => a - b)[Math.floor(repeats / 2)] ?? Number.NaN;
}
