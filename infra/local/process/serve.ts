/** What a parent sends to a process of the stack, and what comes back. JSON over Node's IPC channel. */
export type ToChild =
  | { readonly kind: "call"; readonly id: number; readonly name: string; readonly argument: unknown }
  | { readonly kind: "stop" };
export type ToParent =
  | { readonly kind: "ready"; readonly value: unknown }
  | { readonly kind: "result"; readonly id: number; readonly value: unknown }
  | { readonly kind: "error"; readonly id: number; readonly name: string; readonly message: string };

type Calls = Readonly<Record<string, (argument: never) => unknown>>;

/** Time a process gives its own closing when its parent is gone. */
const ORPHAN_MS = 2_000;

/** The options that the parent, which knows this process's module, gave it. */
export function processOptions<Options>(): Options {
  return JSON.parse(process.argv[2] ?? "{}") as Options;
}

/**
 * Makes this process a child of the stack: says that it is ready, answers its parent's calls, and ends when it
 * is told to or when the parent is gone, whatever took it.
 */
export function serve(ready: unknown, calls: Calls, close: () => Promise<void> | void = () => {}): void {
  // These reach the whole process group; the parent decides in which order its children end.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
  const end = async () => {
    setTimeout(() => process.exit(1), ORPHAN_MS).unref();
    await close();
    process.exit(0);
  };
  process.on("disconnect", end);
  process.on("message", (message: ToChild) => {
    if (message.kind === "stop") void end();
    else void answer(message.id, calls[message.name], message.argument);
  });
  send({ kind: "ready", value: ready });
}

async function answer(id: number, call: Calls[string] | undefined, argument: unknown): Promise<void> {
  try {
    if (!call) throw new Error("unknown call");
    // The parent sends what the call of this name takes: both ends import its type from the same module.
    send({ kind: "result", id, value: await call(argument as never) });
  } catch (thrown) {
    console.error(thrown);
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    send({ kind: "error", id, name: error.name, message: error.message });
  }
}

function send(message: ToParent): void {
  // The parent may be gone while this is written; "disconnect" then ends the process.
  process.send?.(message, undefined, undefined, () => {});
}
