/** Which examples, by their indices, share each row. */
export type Packing = readonly (readonly number[])[];

/**
 * Rows of consecutive examples, as many as fit (next fit): their order stays, for what is trained in an order. Lengths
 * are those of `lengthOf`. Throws RangeError where an example is longer than a row.
 */
export function packInOrder(lengths: readonly number[], length: number): Packing {
  checkLengths(lengths, length);
  const rows: number[][] = [];
  let room = 0;
  for (const [at, used] of lengths.entries()) {
    if (used > room) {
      rows.push([]);
      room = length;
    }
    rows.at(-1)?.push(at);
    room -= used;
  }
  return rows;
}

/**
 * First-fit decreasing: the longest first, equal ones in order, each into the first row with room for it; at most 11/9
 * of the fewest rows, and 6/9 (Dosa 2007). With a `window`, each so many consecutive examples are packed apart, so
 * that none moves farther. In a row, and among rows by their first, examples keep their order. Throws RangeError
 * where an example is longer than a row.
 */
export function packTightly(
  lengths: readonly number[],
  length: number,
  { window = Number.POSITIVE_INFINITY }: { readonly window?: number } = {},
): Packing {
  checkLengths(lengths, length);
  if (!(window >= 1)) throw new RangeError(`a window of ${window} examples`);
  const size = Math.min(window, Math.max(1, lengths.length));
  const rows: number[][] = [];
  for (let start = 0; start < lengths.length; start += size) {
    const packed = firstFitDecreasing(lengths.slice(start, start + size), length);
    rows.push(...packed.map((row) => row.map((at) => start + at)));
  }
  return rows;
}

/** Share of the rows' tokens that belong to no example. */
export function padShare(lengths: readonly number[], packing: Packing, length: number): number {
  const used = packing.flat().reduce((sum, at) => sum + (lengths[at] ?? 0), 0);
  return packing.length === 0 ? 0 : 1 - used / (packing.length * length);
}

function checkLengths(lengths: readonly number[], length: number): void {
  const tooLong = lengths.findIndex((used) => !(used <= length));
  if (tooLong >= 0) {
    throw new RangeError(`example ${tooLong} has ${lengths[tooLong]} tokens, and a row holds ${length}`);
  }
}

function firstFitDecreasing(lengths: readonly number[], length: number): number[][] {
  const longestFirst = [...lengths.keys()].sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0) || a - b);
  const rows: number[][] = [];
  const room = createRoom(lengths.length, length);
  for (const at of longestFirst) {
    const row = room.take(lengths[at] ?? 0);
    rows[row] ??= [];
    rows[row].push(at);
  }
  for (const row of rows) row.sort((a, b) => a - b);
  return rows.sort(([a = 0], [b = 0]) => a - b);
}

/** Rows of `length` with their room, in a tree whose nodes hold the most room below them: a row is found in log(rows). */
function createRoom(rows: number, length: number): { take(used: number): number } {
  const leaves = 2 ** Math.ceil(Math.log2(Math.max(1, rows)));
  const most = new Float64Array(2 * leaves).fill(length);
  return {
    /** Takes room in the first row that has it. */
    take(used) {
      let node = 1;
      while (node < leaves) node = (most[2 * node] ?? 0) >= used ? 2 * node : 2 * node + 1;
      const row = node - leaves;
      most[node] = (most[node] ?? 0) - used;
      for (node >>= 1; node >= 1; node >>= 1)
        most[node] = Math.max(most[2 * node] ?? 0, most[2 * node + 1] ?? 0);
      return row;
    },
  };
}
