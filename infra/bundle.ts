import { join } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { bundleAll } from "./bundle/all.ts";
import { architectures } from "./bundle/packages.ts";

/**
 * `node infra/bundle.ts [--architecture x64|arm64]` bundles every function into `dist`. The worker is for
 * x64 unless told otherwise, also by `TENFOLD_ARCHITECTURE`: arm64 is 20 % cheaper a second, but x64 is
 * where the tests and the benchmarks of the engine run.
 */
const root = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { architecture: { type: "string" } } });
const architecture = z
  .enum(architectures)
  .default("x64")
  .parse(values.architecture ?? process.env.TENFOLD_ARCHITECTURE);

const bundles = await bundleAll(root, join(root, "dist"), architecture);

const kilobytes = (bytes: number) => `${Math.ceil(bytes / 1000).toLocaleString("en")} kB`;
const rows = bundles.map(({ name, bytes, eagerBytes }) => [name, kilobytes(eagerBytes), kilobytes(bytes)]);
for (const [name = "", start = "", whole = ""] of [["function", "read at start", "whole"], ...rows]) {
  console.log(`${name.padEnd(16)}${start.padStart(14)}${whole.padStart(12)}`);
}
