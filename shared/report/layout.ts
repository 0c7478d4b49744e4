/** Width in pixels that `text` takes at a font size, near enough for a sans-serif face without measuring one. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text) ems += characterWidth(character);
  return ems * fontSize;
}

/** Breaks a text at spaces into lines no wider than `width`; a single word may be wider. */
export function wrapText(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer, fontSize) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === "" ? lines : [...lines, line];
}

/**
 * Moves positions apart until neighbours are `gap` away, keeping their order and, when they fit, inside
 * [low, high]. The answer is in the order of the input.
 */
export function spread(positions: readonly number[], gap: number, low: number, high: number): number[] {
  const order = positions
    .map((_, index) => index)
    .sort((a, b) => at(positions, a) - at(positions, b) || a - b);
  const room = high - low;
  const step = order.length > 1 ? Math.min(gap, room / (order.length - 1)) : gap;
  const placed: number[] = [];
  for (const [rank, index] of order.entries())
    placed.push(Math.max(at(positions, index), rank === 0 ? low : at(placed, rank - 1) + step));
  for (let rank = placed.length - 1; rank >= 0; rank--) {
    const ceiling = rank === placed.length - 1 ? high : at(placed, rank + 1) - step;
    placed[rank] = Math.min(at(placed, rank), ceiling);
  }
  const answer = new Array<number>(positions.length).fill(0);
  for (const [rank, index] of order.entries()) answer[index] = at(placed, rank);
  return answer;
}

/** The ticks, ascending, whose positions leave `gap` pixels to the last one kept. */
export function spacedTicks(
  ticks: readonly number[],
  position: (tick: number) => number,
  gap: number,
): number[] {
  const kept: number[] = [];
  for (const tick of [...new Set(ticks)].sort((a, b) => a - b)) {
    const last = kept.at(-1);
    if (last === undefined || Math.abs(position(tick) - position(last)) >= gap) kept.push(tick);
  }
  return kept;
}

/** Boxes of these widths, set in rows no wider than `width`: the corner of each, and how many rows there are. */
export function flow(
  widths: readonly number[],
  width: number,
  gap: number,
): { readonly places: readonly { readonly x: number; readonly row: number }[]; readonly rows: number } {
  const places: { x: number; row: number }[] = [];
  let x = 0;
  let row = 0;
  for (const box of widths) {
    if (x > 0 && x + box > width) {
      x = 0;
      row++;
    }
    places.push({ x, row });
    x += box + gap;
  }
  return { places, rows: places.length === 0 ? 0 : row + 1 };
}

const narrow = new Set("iljtfrI.,:;'|!()[] ");
const wide = new Set("mwMW@%—×±");

function characterWidth(character: string): number {
  if (narrow.has(character)) return 0.32;
  if (wide.has(character)) return 0.86;
  if (character >= "A" && character <= "Z") return 0.68;
  return character > "\u2e7f" ? 1 : 0.56;
}

function at(values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`No position ${index}`);
  return value;
}
