import { spawnSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";

/** How one program read the file. */
export interface IngestFigures {
  readonly what: string;
  readonly seconds: number;
  /** Decimal megabytes. */
  readonly "MB/s": number;
  /** Largest resident set of its process, in MiB. */
  readonly "peak MiB": number | string;
}

/** What a check may take of memory at any size of the file, in MiB. */
const memoryBound = 256;
const defaultMegabytes = 2000;

/**
 * Checks a generated file of JSON Lines as ingest does, with its hash and profile, beside `wc -l` and, where it is
 * installed, `jq -c .` on the same file; prints a table. The file has 2 GB, or as many megabytes as
 * `BENCH_INGEST_MB` says, and goes afterwards. Throws when the check takes more memory than it may.
 */
export async function benchIngest(
  megabytes = Number(process.env.BENCH_INGEST_MB ?? defaultMegabytes),
): Promise<readonly IngestFigures[]> {
  const folder = await mkdtemp(join(tmpdir(), "tenfold-bench-"));
  const file = join(folder, "rows.jsonl");
  try {
    await pipeline(Readable.from(rows(megabytes * 1e6)), createWriteStream(file));
    const { size } = await stat(file);
    // Once for the page cache, which then serves all alike.
    spawnSync("wc", ["-l", file]);
    const figures = [check(file, size), ...others(file, size)];
    console.log(`JSON Lines of ${(size / 1e9).toFixed(2)} GB`);
    console.table(figures);
    const peak = Number(figures[0]?.["peak MiB"]);
    if (peak > memoryBound) throw new Error(`the check took ${peak} MiB; ${memoryBound} are allowed`);
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function check(file: string, size: number): IngestFigures {
  const script = fileURLToPath(import.meta.resolve("./ingest-check.ts"));
  const { stdout, status, stderr } = spawnSync(process.execPath, [script, file], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the check failed: ${stderr}`);
  const { seconds, peak } = JSON.parse(stdout) as { readonly seconds: number; readonly peak: number };
  return figuresOf("ingest: check, profile, sha256", size, seconds, Math.round(peak / 1024 ** 2));
}

function others(file: string, size: number): IngestFigures[] {
  return [
    ["wc", "-l", file],
    ["jq", "-c", ".", file],
  ].flatMap(([program = "", ...parameters]) => {
    const begun = performance.now();
    const { error, status } = spawnSync(program, parameters, { stdio: "ignore" });
    const seconds = (performance.now() - begun) / 1000;
    if (error !== undefined || status !== 0) return [];
    return [figuresOf([program, ...parameters.slice(0, -1)].join(" "), size, seconds, "–")];
  });
}

const figuresOf = (what: string, size: number, seconds: number, peak: number | string): IngestFigures => ({
  what,
  seconds: Number(seconds.toFixed(2)),
  "MB/s": Math.round(size / seconds / 1e6),
  "peak MiB": peak,
});

const words =
  "the of and a to in he have it that for they with as not on she at by this we you do but from or which one".split(
    " ",
  );

/** Instructions with answers of different lengths, some of them not in ASCII, the same each time. */
function* rows(bytes: number): Generator<string> {
  let state = 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const text = (count: number) =>
    Array.from({ length: count }, () => words[Math.floor(random() * words.length)]).join(" ");
  for (let written = 0, id = 0; written < bytes; ) {
    let block = "";
    for (let i = 0; i < 500; i++, id++) {
      const input = random() < 0.3 ? text(30) : "";
      const output = `${text(10 + Math.floor(random() * 170))}${random() < 0.05 ? " – café, “quoted”\n" : ""}`;
      block += `${JSON.stringify({ id, instruction: text(18), input, output, task: `task ${id % 40}` })}\n`;
    }
    written += Buffer.byteLength(block);
    yield block;
  }
}

if (import.meta.main) await benchIngest();
