/** A stretch of a document that the prior reads at once. */
export interface Window {
  /** The row is tokens start .. end. */
  readonly start: number;
  readonly end: number;
  /** The first token of the document that this window decides on. */
  readonly from: number;
}

/**
 * Cuts a document into windows of at most `window` tokens. Each but the first begins with `overlap` tokens of the
 * one before it, which are context alone, so that every token but the first is decided on once, and with at
 * least `overlap` tokens before it where the document has them. A document of one token has no window.
 */
export function windowsOf(tokens: number, window: number, overlap: number): Window[] {
  const context = Math.min(Math.max(1, overlap), window - 1);
  const windows: Window[] = [];
  for (let from = 1; from < tokens; ) {
    const start = from === 1 ? 0 : from - context;
    const end = Math.min(tokens, start + window);
    windows.push({ start, end, from });
    from = end;
  }
  return windows;
}

/** Lengths (of a row less one) that graphs are made for: powers of two and half as much again, up to `longest`. */
export function shapesUpTo(longest: number): number[] {
  const shapes: number[] = [];
  for (let length = 16; length < longest; length *= 2) {
    shapes.push(length);
    if (1.5 * length < longest) shapes.push(1.5 * length);
  }
  return [...shapes, longest];
}
