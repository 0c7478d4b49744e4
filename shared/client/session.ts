import { type Client, createClient } from "./client.ts";
import { localStack } from "./local.ts";
import { type Screen, screenOn } from "./screen.ts";

/** What every command takes. */
export interface CommonOptions {
  readonly json?: true;
  readonly local?: true;
}

/** A command at work: whom it talks to, and where its words go. */
export interface Session {
  readonly client: Client;
  /** Results, on standard output. */
  readonly out: Screen;
  /** Everything else, on standard error. */
  readonly err: Screen;
  /** Whether the stack was started for this command and ends with it. */
  readonly ownStack: boolean;
}

/** The one document of `--json`. */
export const printJson = (screen: Screen, document: unknown): void =>
  screen.line(JSON.stringify(document, null, 2));

/** Where the API is, and the key to it, as the environment says. */
export const apiAddress = () => ({
  url: process.env.TENFOLD_URL || "http://127.0.0.1:8787",
  key: process.env.TENFOLD_KEY,
});

/** Does the command's work with a client, on a stack of its own with `--local`; answers the exit code. */
export async function withSession(
  options: CommonOptions,
  work: (session: Session) => Promise<number>,
): Promise<number> {
  const screens = { out: screenOn(process.stdout), err: screenOn(process.stderr) };
  if (!options.local) {
    return work({ ...screens, client: createClient(apiAddress()), ownStack: false });
  }
  if (screens.err.interactive) process.stderr.write(screens.err.paint("dim", "Starting the local stack …"));
  const stack = await localStack().finally(() => {
    if (screens.err.interactive) process.stderr.write("\r\u001b[K");
  });
  try {
    return await work({ ...screens, client: createClient({ url: stack.url }), ownStack: stack.started });
  } finally {
    await stack.stop();
  }
}
