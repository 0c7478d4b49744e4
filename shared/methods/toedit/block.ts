import type { Tokenizer } from "../../lm/tokenizers/tokenizer.ts";
import type { Item } from "./source.ts";
import { type Window, windowsOf } from "./windows.ts";

/** One text of an item, as tokens that lie from `at` on in the block's arrays. */
export interface Document {
  readonly row: number;
  /** Which of the item's texts it is. */
  readonly text: number;
  readonly tokens: Int32Array;
  readonly at: number;
}

/** Items that are edited together: as many as bound the memory, and enough to find rows of like length. */
export interface Block {
  readonly items: readonly Item[];
  readonly documents: readonly Document[];
  readonly tokens: number;
  /** Number of the first item after it in the corpus. */
  readonly next: number;
}

export interface BlockLimits {
  readonly tokens: number;
  readonly items: number;
}

/** A block ends at the first item that fills one of these: so it depends on the corpus alone. */
export const blockLimits: BlockLimits = { tokens: 65_536, items: 4096 };

/** Which items of a corpus a run takes. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** The blocks of a corpus from item `from` on; only one is held at a time. */
export async function* blocksOf(
  items: AsyncIterable<Item>,
  tokenizer: Pick<Tokenizer, "encode">,
  { index, of }: Shard,
  from: number,
  limits = blockLimits,
): AsyncGenerator<Block> {
  let taken: Item[] = [];
  let documents: Document[] = [];
  let [tokens, next] = [0, from];
  for await (const item of items) {
    if (item.index < from || item.index % of !== index) continue;
    for (const [text, content] of item.texts.entries()) {
      const ids = tokenizer.encode(content);
      documents.push({ row: item.index, text, tokens: ids, at: tokens });
      tokens += ids.length;
    }
    taken.push(item);
    next = item.index + 1;
    if (tokens < limits.tokens && taken.length < limits.items) continue;
    yield { items: taken, documents, tokens, next };
    [taken, documents, tokens] = [[], [], 0];
  }
  if (taken.length > 0) yield { items: taken, documents, tokens, next };
}

/** A window of a document, to be scored as one row. */
export interface Row {
  readonly document: Document;
  readonly window: Window;
  /** Number of the window in its document. */
  readonly number: number;
}

/** Rows that go through the model at once, at one length. */
export interface Pass {
  readonly length: number;
  readonly rows: readonly Row[];
}

/**
 * The passes of a block: its rows by length, each at the smallest shape that holds it, so that little is padded.
 * `batchOf` says how many rows a pass takes at a length.
 */
export function passesOf(
  { documents }: Block,
  shapes: readonly number[],
  batchOf: (length: number) => number,
  { window, overlap }: { readonly window: number; readonly overlap: number },
): Pass[] {
  const rows = documents.flatMap((document) =>
    windowsOf(document.tokens.length, window, overlap).map((part, number) => ({
      document,
      window: part,
      number,
    })),
  );
  const byShape = new Map<number, Row[]>(shapes.map((length) => [length, []]));
  for (const row of rows) byShape.get(shapeOf(row, shapes))?.push(row);
  return [...byShape].flatMap(([length, own]) => {
    const sorted = own.toSorted((a, b) => lengthOf(a) - lengthOf(b));
    const batch = batchOf(length);
    return Array.from({ length: Math.ceil(sorted.length / batch) }, (_, i) => ({
      length,
      rows: sorted.slice(i * batch, (i + 1) * batch),
    }));
  });
}

const lengthOf = ({ window: { start, end } }: Row) => end - start - 1;

function shapeOf(row: Row, shapes: readonly number[]): number {
  const length = lengthOf(row);
  const shape = shapes.find((one) => one >= length);
  if (shape === undefined) throw new RangeError(`no shape holds a row of ${length + 1} tokens`);
  return shape;
}
