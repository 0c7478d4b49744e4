import { CommanderError } from "commander";
import { TenfoldError, UnreachableError } from "./errors.ts";
import { Interrupted } from "./interrupt.ts";
import { plain, type Screen } from "./screen.ts";
import { SettingError } from "./setting.ts";

/** How the command ends: the shell's convention for signals, else as its help says. */
export const exitCodes = { succeeded: 0, failed: 1, badUsage: 2 } as const;

/** Something that the caller of the command has to put right. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** `/training/steps` as it is written after `--set`, with the slashes of the pointer: `training/steps`. */
const fieldName = (pointer: string) =>
  pointer.replace(/^\//, "").replaceAll("~1", "/").replaceAll("~0", "~") || "input";

function explain(error: unknown): string[] {
  if (error instanceof TenfoldError && error.errors.length > 0) {
    return [error.title, ...error.errors.map(({ path, message }) => `  ${fieldName(path)}: ${message}`)];
  }
  if (error instanceof SettingError) return [`--set ${error.message}`];
  if (error instanceof UnreachableError) {
    return [
      error.message,
      "  Start it with `npm start`, name another address in TENFOLD_URL, or add --local.",
    ];
  }
  if (error instanceof TenfoldError && (error.status === 401 || error.status === 403)) {
    return [error.message, "  Put an API key (tf_...) into TENFOLD_KEY."];
  }
  return [error instanceof Error ? error.message : String(error)];
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.succeeded : exitCodes.badUsage;
  if (error instanceof Interrupted) return error.exitCode;
  if (error instanceof UsageError || error instanceof SettingError) return exitCodes.badUsage;
  if (error instanceof TenfoldError && error.status < 500 && error.status !== 429) return exitCodes.badUsage;
  return exitCodes.failed;
}

/** Says what went wrong, where that was not said yet, and answers the exit code. */
export function reportFailure(error: unknown, screen: Screen): number {
  if (!(error instanceof CommanderError || error instanceof Interrupted)) {
    const [first = "", ...rest] = explain(error).map(plain);
    screen.line(`${screen.paint("red", "✘")} ${first}`);
    for (const line of rest) screen.line(line);
    if (process.env.TENFOLD_DEBUG && error instanceof Error) screen.line(error.stack ?? "");
  }
  return exitCodeOf(error);
}
