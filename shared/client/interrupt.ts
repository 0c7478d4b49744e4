import { constants } from "node:os";

/** Thrown where a signal ended the command's work. */
export class Interrupted extends Error {
  override name = "Interrupted";
  readonly exitCode: number;

  constructor(signal: "SIGINT" | "SIGTERM" | "SIGHUP") {
    super(signal);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** Ctrl-C reaches the whole process group, and the launcher passes it on as well: both are one. */
const sameKeystroke = 250;

/**
 * Runs `work` with Ctrl-C in hand: `onFirst` is called for the first one, unless it is "stop"; the next one,
 * or SIGTERM or SIGHUP, aborts the signal that `work` got, with an `Interrupted` as its reason.
 */
export async function interruptible<T>(
  onFirst: (() => void) | "stop",
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let pressed: number | undefined;
  const onInterrupt = () => {
    const now = Date.now();
    const before = pressed;
    if (before !== undefined && now - before < sameKeystroke) return;
    pressed = now;
    if (before === undefined && onFirst !== "stop") onFirst();
    else controller.abort(new Interrupted("SIGINT"));
  };
  const onTerminate = (name: "SIGTERM" | "SIGHUP") => controller.abort(new Interrupted(name));
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  process.on("SIGHUP", onTerminate);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", onInterrupt);
    const last = pressed;
    // The echo of the last keystroke may still come; another one ends what the command has left to do.
    if (last !== undefined)
      process.on("SIGINT", () => Date.now() - last > sameKeystroke && process.exit(130));
    process.off("SIGTERM", onTerminate);
    process.off("SIGHUP", onTerminate);
  }
}
