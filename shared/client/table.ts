import Table from "cli-table3";
import type { TableBlock } from "./output.ts";
import { type Screen, widthOf } from "./screen.ts";

const gap = 2;
/** A column of texts is wrapped down to this width before a table is cut in two. */
const narrowest = 18;

const frame = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "─",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};

const naturalWidths = ({ head, rows }: TableBlock): number[] =>
  head.map((name, column) => Math.max(widthOf(name), ...rows.map((row) => widthOf(row[column] ?? ""))) + gap);

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Widths that fit the room, taken from the widest columns of text; undefined when the figures alone are too wide. */
function fittedWidths(
  natural: readonly number[],
  figures: readonly boolean[],
  room: number,
): number[] | undefined {
  const widths = [...natural];
  for (let excess = sum(widths) - room; excess > 0; excess--) {
    const texts = widths.map((width, column) => (figures[column] ? 0 : width));
    const widest = texts.indexOf(Math.max(...texts));
    const width = widths[widest];
    if (width === undefined || figures[widest] || width <= narrowest) return undefined;
    widths[widest] = width - 1;
  }
  return widths;
}

function pick(block: TableBlock, columns: readonly number[]): TableBlock {
  const chosen = <T>(values: readonly T[]) => columns.flatMap((column) => values.slice(column, column + 1));
  return { ...block, head: chosen(block.head), rows: block.rows.map(chosen), figures: chosen(block.figures) };
}

/** As few groups of columns as fit beside the first column, filled one after the other. */
function fullGroups(natural: readonly number[], room: number): number[][] {
  const groups: number[][] = [];
  let left = 0;
  for (const [column, width] of natural.entries()) {
    if (column === 0) continue;
    const group = groups.at(-1);
    if (group !== undefined && width <= left) group.push(column);
    else groups.push([column]);
    left = (group !== undefined && width <= left ? left : room - (natural[0] ?? 0)) - width;
  }
  return groups;
}

/** Tables that each fit the room: the first column is in each, the others are dealt out evenly, in order. */
function split(block: TableBlock, natural: readonly number[], room: number): TableBlock[] {
  const full = fullGroups(natural, room);
  const columns = full.flat();
  const each = Math.ceil(columns.length / full.length);
  const even = full.map((_, index) => columns.slice(index * each, (index + 1) * each));
  const fits = even.every((group) => sum([0, ...group].map((column) => natural[column] ?? 0)) <= room);
  return (fits ? even : full).map((group) => pick(block, [0, ...group]));
}

function draw(block: TableBlock, widths: readonly number[], screen: Screen): string[] {
  const table = new Table({
    head: block.head.map((name) => screen.paint("bold", name)),
    chars: frame,
    style: { compact: true, head: [], border: [], "padding-left": 0, "padding-right": gap },
    colAligns: block.figures.map((figure) => (figure ? "right" : "left")),
    colWidths: [...widths],
    wordWrap: true,
  });
  table.push(...block.rows.map((row) => [...row]));
  const [head = "", rule = "", ...rows] = table.toString().split("\n");
  return [head, screen.paint("dim", rule.slice(0, -gap)), ...rows].map((line) => line.trimEnd());
}

/** The lines of a table, no wider than the screen: texts are wrapped first, then the table is cut by columns. */
export function drawTable(block: TableBlock, screen: Screen, indent = 0): string[] {
  const room = screen.width() - indent + gap;
  const natural = naturalWidths(block);
  const widths = fittedWidths(natural, block.figures, room);
  if (widths !== undefined) return draw(block, widths, screen);
  const parts = split(block, natural, room);
  const [only] = parts;
  if (parts.length < 2 || only === undefined) return draw(block, natural, screen);
  return parts.flatMap((part, index) => [...(index === 0 ? [] : [""]), ...drawTable(part, screen, indent)]);
}
