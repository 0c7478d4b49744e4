import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { itemBlock } from "../../shared/methods/tma/products.ts";

const size = { items: 100_000, tests: 1_000, dimensions: 384 };
const threads = availableParallelism();

const arranged = z.object({
  seconds: z.number(),
  passSeconds: z.number(),
  processorSeconds: z.number(),
  rounds: z.number(),
  passes: z.number(),
  peakMiB: z.number(),
});
const multiplied = z.object({ seconds: z.number(), version: z.string() });

/**
 * All rounds of TMA over 100,000 x 1,000 vectors of 384 numbers, each in a process of its own for its memory, beside
 * one blocked product of the same size: ours, and NumPy's where Debian's Python has it.
 */
export async function benchArrange() {
  console.log(`${threads} threads; load average ${loadavg()[0]?.toFixed(1)}`);
  const numpy = numpyProduct();
  const rows = [0, 24].map((clusters) => {
    const { seconds, passSeconds, processorSeconds, rounds, passes, peakMiB } = arrangeVectors(clusters);
    return {
      vectors: clusters === 0 ? "random" : `around ${clusters} centres`,
      "all rounds s": rounded(seconds),
      "processor s": rounded(processorSeconds),
      rounds,
      "products, in passes": rounded(passes),
      "one pass s": rounded(passSeconds),
      "NumPy, one pass s": numpy === undefined ? "no NumPy" : rounded(numpy.seconds),
      "peak MiB": Math.round(peakMiB),
    };
  });
  console.table(rows);
  return rows;
}

const rounded = (value: number) => Number(value.toFixed(2));

function arrangeVectors(clusters: number): z.infer<typeof arranged> {
  const request = JSON.stringify({ ...size, clusters, threads });
  const script = join(import.meta.dirname, "arrange-vectors.ts");
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, request], { encoding: "utf8" });
  if (status !== 0) throw new Error(`arrange-vectors.ts: ${stderr}`);
  return arranged.parse(JSON.parse(stdout));
}

/** The same number of products in NumPy, with the nearest of each row. */
function numpyProduct(): z.infer<typeof multiplied> | undefined {
  const python = "/usr/bin/python3";
  if (!existsSync(python) || spawnSync(python, ["-c", "import numpy"]).status !== 0) {
    console.log("NumPy is not here: nothing stands beside our products");
    return undefined;
  }
  const { stdout, stderr, status } = spawnSync(python, [join(import.meta.dirname, "numpy_product.py")], {
    input: JSON.stringify({ ...size, block: itemBlock }),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`numpy_product.py: ${stderr}`);
  return multiplied.parse(JSON.parse(stdout));
}

if (import.meta.main) await benchArrange();
