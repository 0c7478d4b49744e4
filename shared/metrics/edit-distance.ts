import { type EditBeam, editBeam } from "./edit-beam.ts";

/** What rewrites an answer into a reference, word by word. */
export const operation = { same: 0, substitute: 1, insert: 2, delete: 3 } as const;

/**
 * The table of a text's edit distance to a reference within a beam, from both ends, so that the distance of a text
 * that differs from it in one stretch takes the rows of that stretch alone. Used again for the texts that follow.
 */
export interface EditTable {
  beam: EditBeam;
  /** The reference's word before each column, -1 before the first. */
  words: Int32Array;
  /** The edits from the start to a cell, from a cell to the end, and from the start for a text that differs. */
  ahead: Int32Array;
  back: Int32Array;
  changed: Int32Array;
  operations: Uint8Array;
}

const unreached = 1 << 29;

export function createEditTable(): EditTable {
  return { beam: editBeam(0, 0), words: new Int32Array(1), ...cellsOf(0) };
}

function cellsOf(count: number): Pick<EditTable, "ahead" | "back" | "changed" | "operations"> {
  return {
    ahead: new Int32Array(count),
    back: new Int32Array(count),
    changed: new Int32Array(count),
    operations: new Uint8Array(count),
  };
}

/** Makes the table ready for texts of `length` words against the reference. Words are numbers from 0. */
export function setReference(table: EditTable, reference: Int32Array, length: number): void {
  const beam = editBeam(reference.length, length);
  table.beam = beam;
  table.words = Int32Array.of(-1, ...reference);
  if (beam.cells > table.ahead.length) Object.assign(table, cellsOf(beam.cells * 2));
  for (const costs of [table.ahead, table.back, table.changed]) costs.fill(unreached, 0, beam.cells);
}

/** Reads a text, and gives its distance. */
export function readText(table: EditTable, text: Int32Array): number {
  const { beam, ahead, operations } = table;
  const start = beam.at[0] ?? 0;
  for (let j = 0; j <= beam.columns; j++) {
    ahead[start + j] = j;
    operations[start + j] = operation.insert;
  }
  for (let i = 1; i <= beam.rows; i++) chooseOperations(table, i, text[i - 1] ?? 0);
  readBack(table, text);
  return ahead[(beam.at[beam.rows] ?? 0) + beam.columns] ?? 0;
}

/** Equal costs fall to a word that stays or changes, then to a deletion, then to an insertion. */
function chooseOperations({ beam, words, ahead, operations }: EditTable, i: number, word: number): void {
  const row = beam.at[i] ?? 0;
  const above = beam.at[i - 1] ?? 0;
  const to = beam.to[i] ?? 0;
  for (let j = beam.from[i] ?? 0; j < to; j++) {
    const differs = words[j] === word ? 0 : 1;
    let cost = (ahead[above + j - 1] ?? 0) + differs;
    let chosen: number = differs;
    const deleted = (ahead[above + j] ?? 0) + 1;
    if (deleted < cost) {
      cost = deleted;
      chosen = operation.delete;
    }
    const inserted = (ahead[row + j - 1] ?? 0) + 1;
    if (inserted < cost) {
      cost = inserted;
      chosen = operation.insert;
    }
    ahead[row + j] = cost;
    operations[row + j] = chosen;
  }
}

function readBack({ beam, words, back }: EditTable, text: Int32Array): void {
  const end = beam.at[beam.rows] ?? 0;
  for (let j = beam.from[beam.rows] ?? 0; j <= beam.columns; j++) back[end + j] = beam.columns - j;
  for (let i = beam.rows - 1; i >= 0; i--) {
    const row = beam.at[i] ?? 0;
    const below = beam.at[i + 1] ?? 0;
    const word = text[i] ?? 0;
    const from = beam.from[i] ?? 0;
    let right = unreached;
    for (let j = (beam.to[i] ?? 0) - 1; j >= from; j--) {
      const kept = (back[below + j + 1] ?? 0) + (words[j + 1] === word ? 0 : 1);
      right = Math.min(kept, Math.min(back[below + j] ?? 0, right) + 1);
      back[row + j] = right;
    }
  }
}

/** The operations of the text that was read, from the start. */
export function traceText({ beam, operations }: EditTable): Uint8Array {
  const trace: number[] = [];
  for (let i = beam.rows, j = beam.columns; i > 0 || j > 0; ) {
    const chosen = operations[(beam.at[i] ?? 0) + j] ?? 0;
    trace.push(chosen);
    if (chosen !== operation.insert) i--;
    if (chosen !== operation.delete) j--;
  }
  return Uint8Array.from(trace.reverse());
}

/** The distance of a text that is the one that was read but for the words from `first` to before `end`. */
export function distanceOfChanged(table: EditTable, text: Int32Array, first: number, end: number): number {
  const { beam, ahead, back, changed } = table;
  for (let i = first; i < end; i++) readChanged(table, i + 1, text[i] ?? 0, i === first ? ahead : changed);
  // Here the texts are the same again: the best way through this row is known from both sides.
  const row = beam.at[end] ?? 0;
  const to = beam.to[end] ?? 0;
  let best = unreached;
  for (let j = beam.from[end] ?? 0; j < to; j++) {
    best = Math.min(best, (changed[row + j] ?? 0) + (back[row + j] ?? 0));
  }
  return best;
}

function readChanged({ beam, words, changed }: EditTable, i: number, word: number, source: Int32Array): void {
  const row = beam.at[i] ?? 0;
  const above = beam.at[i - 1] ?? 0;
  const from = beam.from[i] ?? 0;
  const to = beam.to[i] ?? 0;
  let left = unreached;
  let diagonal = source[above + from - 1] ?? 0;
  for (let j = from; j < to; j++) {
    const straight = source[above + j] ?? 0;
    const kept = diagonal + (words[j] === word ? 0 : 1);
    left = Math.min(kept, Math.min(straight, left) + 1);
    changed[row + j] = left;
    diagonal = straight;
  }
}
