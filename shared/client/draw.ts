import type { Json } from "./json.ts";
import { type Block, type FactsBlock, type Note, outputBlocks } from "./output.ts";
import { plain, type Screen, widthOf } from "./screen.ts";
import { drawTable } from "./table.ts";

const margin = "  ";

/** Words in lines no wider than the room; a word that is wider stands alone. */
export function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= room)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function drawFacts({ facts }: FactsBlock, screen: Screen): string[] {
  const label = Math.max(...facts.map(([name]) => widthOf(name)));
  const room = screen.width() - margin.length - label - 2;
  return facts.flatMap(([name, value]) => {
    const [first = "", ...rest] = widthOf(value) <= room ? value.split("\n") : wrap(value, room);
    const padded = screen.paint("dim", name) + " ".repeat(label - widthOf(name));
    return [`${padded}  ${first}`, ...rest.map((line) => " ".repeat(label + 2) + line)];
  });
}

function markOf({ holds }: Note, screen: Screen): string {
  if (holds === undefined) return "•";
  return holds ? screen.paint("green", "✔") : screen.paint("yellow", "✘");
}

function drawNote(note: Note, screen: Screen): string[] {
  const room = screen.width() - margin.length - 2;
  const text = wrap(note.text, room);
  const lines =
    note.claim === undefined
      ? text
      : [...wrap(note.claim, room), ...text.map((line) => screen.paint("dim", line))];
  return lines.map((line, index) => `${index === 0 ? markOf(note, screen) : " "} ${line}`);
}

function bodyOf(block: Block, screen: Screen): string[] {
  if (block.kind === "facts") return drawFacts(block, screen);
  if (block.kind === "notes") return block.notes.flatMap((note) => drawNote(note, screen));
  return drawTable(block, screen, margin.length);
}

function drawBlock(block: Block, screen: Screen): string[] {
  const title = block.kind === "facts" || !block.title ? [] : [screen.paint(["bold", "cyan"], block.title)];
  return [...title, ...bodyOf(block, screen).map((line) => (line === "" ? line : margin + line))];
}

/** Prints blocks one below the other, an empty line between them. */
export function printBlocks(blocks: readonly Block[], screen: Screen): void {
  blocks.forEach((block, index) => {
    if (index > 0) screen.line();
    for (const line of drawBlock(block, screen)) screen.line(line);
  });
}

/** A block without what would steer the terminal: its texts come from methods. */
function plainBlock(block: Block): Block {
  if (block.kind === "facts")
    return { ...block, facts: block.facts.map(([name, value]) => [plain(name), plain(value)] as const) };
  if (block.kind === "notes") {
    const notes = block.notes.map((note) => ({
      ...note,
      text: plain(note.text),
      ...(note.claim !== undefined && { claim: plain(note.claim) }),
    }));
    return { ...block, title: plain(block.title), notes };
  }
  return {
    ...block,
    ...(block.title !== undefined && { title: plain(block.title) }),
    head: block.head.map(plain),
    rows: block.rows.map((row) => row.map(plain)),
  };
}

/** Prints what a run gave. */
export const printOutput = (output: Json, screen: Screen): void =>
  printBlocks(outputBlocks(output).map(plainBlock), screen);
