import type { Block, FactsBlock, NotesBlock } from "./output.ts";
import { type Screen, widthOf } from "./screen.ts";
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

function drawNotes({ notes }: NotesBlock, screen: Screen): string[] {
  return notes.flatMap(({ text, holds }) => {
    const mark = holds === undefined ? "•" : holds ? screen.paint("green", "✔") : screen.paint("yellow", "✘");
    const [first = "", ...rest] = wrap(text, screen.width() - margin.length - 2);
    return [`${mark} ${first}`, ...rest.map((line) => `  ${line}`)];
  });
}

function drawBlock(block: Block, screen: Screen): string[] {
  const title = block.kind === "facts" || !block.title ? [] : [screen.paint(["bold", "cyan"], block.title)];
  const body =
    block.kind === "facts"
      ? drawFacts(block, screen)
      : block.kind === "notes"
        ? drawNotes(block, screen)
        : drawTable(block, screen, margin.length);
  return [...title, ...body.map((line) => (line === "" ? line : margin + line))];
}

/** Prints blocks one below the other, an empty line between them. */
export function printBlocks(blocks: readonly Block[], screen: Screen): void {
  blocks.forEach((block, index) => {
    if (index > 0) screen.line();
    for (const line of drawBlock(block, screen)) screen.line(line);
  });
}
