import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import type { DatasetKind } from "../resources/datasets/record.ts";

const byEnding: Readonly<Record<string, DatasetKind>> = {
  txt: "text",
  text: "text",
  md: "text",
  zip: "scene",
  tsv: "matrix",
  csv: "matrix",
};

/**
 * The kind of a file, where its name or its first row leaves no doubt; undefined where its owner has to say.
 * @throws the errors of the file system.
 */
export async function guessKind(path: string): Promise<DatasetKind | undefined> {
  const name = path.toLowerCase().replace(/\.gz$/, "");
  // MaxQuant's tables are called .txt.
  if (/proteingroups[^/\\]*\.txt$/.test(name)) return "matrix";
  const ending = /\.([a-z]+)$/.exec(name)?.[1] ?? "";
  if (/^(jsonl|ndjson|json)$/.test(ending)) return kindOfRow(await firstFields(path));
  if (byEnding[ending] === "matrix") return kindOfRow(await headerFields(path)) ?? "matrix";
  return byEnding[ending];
}

function kindOfRow(fields: ReadonlySet<string>): DatasetKind | undefined {
  const has = (...names: string[]) => names.some((name) => fields.has(name));
  if (has("chosen") && has("rejected")) return "preferences";
  if (has("preferred_response") && has("rejected_response")) return "judgements";
  if (has("response_a", "answer_a") && has("label", "winner", "preference")) return "judgements";
  if (has("instruction") && has("output", "response", "completion")) return "instructions";
  if (has("prompt") && has("completion") && !has("label")) return "instructions";
  if (has("question") && has("answer") && !has("label")) return "instructions";
  if (has("messages") && has("label")) return "preferences";
  return undefined;
}

/** The keys that the beginning of a file has: of its first row, and of what lies inside of it. */
async function firstFields(path: string): Promise<ReadonlySet<string>> {
  const head = await readHead(path, 256 * 1024);
  const line = head.trimStart().startsWith("[") ? head : (head.trimStart().split("\n", 1)[0] ?? "");
  const first = line.search(/\}\s*,\s*\{/);
  const row = first === -1 ? line : line.slice(0, first + 1);
  return new Set([...row.matchAll(/"((?:[^"\\]|\\.){1,40})"\s*:/g)].map(([, name = ""]) => name));
}

/** The names in the first line of a table. */
async function headerFields(path: string): Promise<ReadonlySet<string>> {
  const [line = ""] = (await readHead(path, 256 * 1024))
    .replace(/^\ufeff/, "")
    .trimStart()
    .split("\n", 1);
  return new Set(line.split(/[\t,;]/).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1")));
}

async function readHead(path: string, length: number): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    const head = buffer.subarray(0, bytesRead);
    return (head[0] === 0x1f && head[1] === 0x8b ? await inflateHead(head) : head).toString("utf8");
  } finally {
    await file.close();
  }
}

/** As much as can be decompressed of the beginning of a gzip file. */
async function inflateHead(head: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const gunzip = createGunzip();
  gunzip.end(head);
  try {
    for await (const chunk of gunzip) chunks.push(chunk);
  } catch {
    // It ends in the middle: what came before is enough.
  }
  return Buffer.concat(chunks);
}
