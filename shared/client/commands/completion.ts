import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { createClient } from "../client.ts";
import { complete } from "../completion/complete.ts";
import { completionScript, type Shell } from "../completion/shells.ts";
import { exitCodes } from "../failure.ts";
import { plain, screenOn } from "../screen.ts";
import { apiAddress } from "../session.ts";

/** A shell that waits for an answer feels broken; no answer is better than a late one. In milliseconds. */
const patience = 1_000;

/** `tenfold completion SHELL`: the script to load. */
export async function completionCommand(shell: Shell): Promise<number> {
  const launcher = fileURLToPath(new URL("../tenfold.mjs", import.meta.url));
  screenOn(process.stdout).line(completionScript(shell, process.execPath, launcher).trimEnd());
  return exitCodes.succeeded;
}

/**
 * `tenfold complete SHELL -- WORD...`, which the scripts call: what may stand at the cursor, one a line, with
 * what it is behind a tab.
 */
export async function completeCommand(
  program: Command,
  shell: Shell,
  words: readonly string[],
): Promise<number> {
  const client = createClient({ ...apiAddress(), attempts: 1, signal: AbortSignal.timeout(patience) });
  const out = screenOn(process.stdout);
  for (const { value, about = "" } of await complete(program, shell, words, client)) {
    out.line(`${plain(value)}\t${plain(about).replaceAll(/\s+/g, " ")}`);
  }
  return exitCodes.succeeded;
}
