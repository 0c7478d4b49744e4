import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import fope from "../../shared/methods/fope/method.ts";
import { memoryRun } from "../fixtures/memory-context.ts";

/** What one run of a preset took in a process of its own. */
const figures = z.object({ preset: z.string(), seconds: z.number(), peakMegabytes: z.number() });

/** Time and peak memory of `fope` quick, checkpoints included, in a fresh process. */
export async function benchFope() {
  const folder = await mkdtemp(join(tmpdir(), "tenfold-bench-"));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, "quick"], {
      cwd: folder,
    });
    const row = figures.parse(JSON.parse(stdout));
    console.table([{ ...row, "seconds allowed": 60, "megabytes allowed": 1536 }]);
    return row;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runQuick() {
  const { context } = memoryRun({ threads: 2 });
  const begun = performance.now();
  await fope.run(fope.input.parse(fope.presets.quick.input), context);
  const seconds = Number(((performance.now() - begun) / 1000).toFixed(1));
  const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ preset: "quick", seconds, peakMegabytes }));
}

if (import.meta.main) await (process.argv[2] === "quick" ? runQuick() : benchFope());
