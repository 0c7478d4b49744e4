import { counted, type Note, noteOf } from "../note.ts";

/** Two names that interact, and how surely or strongly. */
export interface Edge {
  readonly a: string;
  readonly b: string;
  readonly weight: number;
}

const headings =
  /^(protein|gene|node|source|target|from|to|interactor|partner|prey|bait|symbol|preferredname|string(id)?|entity|official symbol)([ _.-]?(name|id|symbol|interactor))?[ _.-]?([12ab])?$/i;

const mostErrors = 5;

/**
 * Reads a list of edges: two names a line and, where there is one, a weight, parted by tabs, commas, semicolons or
 * spaces; a line of headings is passed over. An edge that is there twice, also the other way round, is one with the
 * greater weight. Throws RangeError with the lines of what is no edge.
 */
export function readEdges(text: string): { readonly edges: readonly Edge[]; readonly note: Note } {
  const records = recordsOf(text);
  const headed = records[0]?.cells.slice(0, 2).every((cell) => headings.test(cell)) === true;
  const found = new Map<string, Edge>();
  const errors: string[] = [];
  let [loops, repeated] = [0, 0];
  for (const { cells, number } of headed ? records.slice(1) : records) {
    const [a = "", b = "", given] = cells;
    const weight = given === undefined ? 1 : Number(given || Number.NaN);
    const key = JSON.stringify(a < b ? [a, b] : [b, a]);
    const before = found.get(key);
    const wrong = whatIsWrong(a, b, weight, given);
    if (wrong !== undefined) errors.push(`line ${number}: ${wrong}`);
    else if (a === b) loops++;
    else if (before === undefined) found.set(key, { a, b, weight });
    else {
      repeated++;
      if (weight > before.weight) found.set(key, { a, b, weight });
    }
  }
  if (errors.length > 0) {
    const more = errors.length > mostErrors ? `; and ${errors.length - mostErrors} lines more` : "";
    throw new RangeError(`edges: ${errors.slice(0, mostErrors).join("; ")}${more}`);
  }
  if (found.size === 0) throw new RangeError("edges: the list has no edge");
  return { edges: [...found.values()], note: edgeNote(found.size, repeated, loops) };
}

function recordsOf(text: string): { readonly cells: readonly string[]; readonly number: number }[] {
  const lines = text.split(/\r\n|\n|\r/).map((line, at) => ({ line, number: at + 1 }));
  const filled = lines.filter(({ line }) => line.trim() !== "" && !line.startsWith("#"));
  const delimiter = delimiterOf(filled[0]?.line ?? "");
  return filled.map(({ line, number }) => ({
    cells: (delimiter === " " ? line.trim().split(/\s+/) : line.split(delimiter)).map((cell) =>
      cell.trim().replaceAll(/^"|"$/g, ""),
    ),
    number,
  }));
}

function edgeNote(edges: number, repeated: number, loops: number): Note {
  const left = [
    repeated === 0 ? "" : `; ${counted(repeated, "repetition")} went into the edge with the greater weight`,
    loops === 0
      ? ""
      : `; ${counted(loops, "edge")} of a name with itself ${loops === 1 ? "is" : "are"} left out`,
  ];
  return noteOf(`The list has ${counted(edges, "edge")}${left.join("")}.`, { edges, repeated, loops });
}

function delimiterOf(line: string): string {
  if (line.includes("\t")) return "\t";
  if (line.includes(",")) return ",";
  return line.includes(";") ? ";" : " ";
}

function whatIsWrong(a: string, b: string, weight: number, cell: string | undefined): string | undefined {
  if (a === "" || b === "") return "an edge has two names";
  if (Number.isNaN(weight)) return `the weight ${JSON.stringify(cell)} is not a number`;
  return weight > 0 && Number.isFinite(weight) ? undefined : `the weight ${weight} is not positive`;
}
