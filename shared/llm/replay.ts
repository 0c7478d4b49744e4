import { appendFile, readFile } from "node:fs/promises";
import { LlmError } from "./llm-error.ts";
import { type StoredAnswer, storedAnswer } from "./store.ts";

/** Recorded answers, one JSON object a line. */
export interface Replay {
  find(hash: string): Promise<StoredAnswer | undefined>;
  /** Appends an answer; absent where the file is read alone. */
  readonly record?: (answer: StoredAnswer) => Promise<void>;
}

/** Answers from a file, and from nowhere else. Throws, naming the line, at what is no answer. */
export function replayFile(path: string): Replay {
  const answers = once(() => load(path, "must be there"));
  return { find: async (hash) => (await answers()).get(hash) };
}

/** Answers from a file as far as it has them; the others are appended to it as they come. */
export function recordFile(path: string): Replay {
  const answers = once(() => load(path, "may be missing"));
  let turn: Promise<void> = Promise.resolve();
  return {
    find: async (hash) => (await answers()).get(hash),
    record(answer) {
      const written = turn.then(async () => {
        await appendFile(path, `${JSON.stringify(answer)}\n`);
        (await answers()).set(answer.hash, answer);
      });
      turn = written.catch(() => undefined);
      return written;
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

async function load(path: string, file: "must be there" | "may be missing") {
  try {
    return readReplay(await readFile(path, "utf8"), path);
  } catch (error) {
    if (error instanceof LlmError) throw error;
    const absent = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (absent && file === "may be missing") return new Map<string, StoredAnswer>();
    const reason = absent ? "there is no such file" : error instanceof Error ? error.message : String(error);
    throw new LlmError(
      "not-configured",
      `replay file ${path}: ${reason}; record one with TENFOLD_LLM_RECORD`,
    );
  }
}

/** The answers of a replay file's text, by hash; of several to one request the last. Throws, naming the line. */
export function readReplay(text: string, name: string): Map<string, StoredAnswer> {
  const answers = new Map<string, StoredAnswer>();
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const parsed = storedAnswer.safeParse(parseJson(line));
    if (!parsed.success) {
      throw new LlmError(
        "not-configured",
        `replay file ${name}, line ${at + 1}: this is no recorded answer; remove the line, or record again`,
      );
    }
    answers.set(parsed.data.hash, parsed.data);
  }
  return answers;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
