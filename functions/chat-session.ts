import type { ChatSession } from "../shared/llm/session.ts";

let opened: Promise<ChatSession | undefined> | undefined;

/** The chat model that the environment variables name, opened once per process; its code is loaded where they do. */
export function chatSession(): Promise<ChatSession | undefined> {
  opened ??= process.env.TENFOLD_LLM_PROVIDER ? open() : Promise.resolve(undefined);
  return opened;
}

async function open(): Promise<ChatSession | undefined> {
  const { environmentSession } = await import("../shared/llm/session.ts");
  return environmentSession(process.env);
}
