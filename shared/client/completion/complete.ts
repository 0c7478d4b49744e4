import type { Command } from "commander";
import type { Client } from "../client.ts";
import { type Candidate, placeOf } from "./line.ts";
import type { Shell } from "./shells.ts";
import { lookUp } from "./values.ts";

/**
 * What may stand at the cursor, as the shell is to put it there. `words` are those behind the program's name,
 * the last one being written. It never throws: what cannot be found out is not offered.
 */
export async function complete(
  program: Command,
  shell: Shell,
  words: readonly string[],
  client: Client,
): Promise<Candidate[]> {
  const { joined, dropped } = shell === "bash" ? joinPieces(words) : { joined: words, dropped: 0 };
  const last = joined.at(-1) ?? "";
  const candidates = await candidatesAt(program, joined, client).catch(() => []);
  return candidates
    .filter(({ value }) => value.startsWith(last))
    .map((candidate) => ({ ...candidate, value: candidate.value.slice(dropped) }));
}

async function candidatesAt(
  program: Command,
  words: readonly string[],
  client: Client,
): Promise<readonly Candidate[]> {
  const place = placeOf(program, words);
  if ("candidates" in place) return place.candidates;
  const found = await lookUp(client, place.wanted);
  return found.map((candidate) => ({ ...candidate, value: place.before + candidate.value }));
}

/** Bash gives `--preset=quick` as three words; `dropped` is what stands before the piece that it replaces. */
function joinPieces(pieces: readonly string[]): { joined: readonly string[]; dropped: number } {
  const joined: string[] = [];
  let dropped = 0;
  pieces.forEach((piece, index) => {
    const glued = index > 0 && (piece === "=" || pieces[index - 1] === "=");
    if (!glued) {
      joined.push(piece);
      dropped = 0;
      return;
    }
    const word = `${joined.at(-1) ?? ""}${piece}`;
    joined[joined.length - 1] = word;
    dropped = word.lastIndexOf("=") + 1;
  });
  return { joined, dropped };
}
