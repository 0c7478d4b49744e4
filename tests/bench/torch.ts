import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";

const python = "/usr/bin/python3";

/** What a script beside this file answers to a request, in PyTorch; undefined where Debian's Python has none. */
export function inTorch<Result>(
  script: string,
  request: object,
  result: z.ZodType<Result>,
): Result | undefined {
  if (!existsSync(python) || spawnSync(python, ["-c", "import torch"]).status !== 0) return undefined;
  const { stdout, stderr, status } = spawnSync(python, [join(import.meta.dirname, script)], {
    input: JSON.stringify(request),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
  return result.parse(JSON.parse(stdout));
}
