/**
 * Numbers for n-grams without joining strings: an n-gram is the number of the (n-1)-gram before it with its last
 * token. An open-addressing table in one typed array; clearing it begins a new generation and writes nothing. Plain
 * data with functions, since closures of which there are several are not inlined.
 */
export interface GramTable {
  /** Slots of four numbers: generation, prefix, last token, number of the gram. Their count is a power of two. */
  slots: Int32Array;
  generation: number;
  /** How many grams have a number. */
  size: number;
}

const width = 4;
const lastGeneration = 0x7fffffff;

export function createGramTable(): GramTable {
  return { slots: new Int32Array(width << 11), generation: 1, size: 0 };
}

/** Forgets all grams: numbers begin at 0 again. */
export function clearGrams(table: GramTable): void {
  table.size = 0;
  table.generation++;
  if (table.generation < lastGeneration) return;
  table.slots.fill(0);
  table.generation = 1;
}

/** The number of the gram that has `last` after the gram `prefix` (-1 for none), the next free one if it is new. */
export function addGram(table: GramTable, prefix: number, last: number): number {
  const slot = slotOf(table, prefix, last);
  const { slots, generation } = table;
  if (slots[slot] === generation) return slots[slot + 3] ?? 0;
  const number = table.size++;
  slots[slot] = generation;
  slots[slot + 1] = prefix;
  slots[slot + 2] = last;
  slots[slot + 3] = number;
  if (table.size * width * 2 > slots.length) grow(table);
  return number;
}

/** The number of that gram, -1 if it has none. */
export function findGram(table: GramTable, prefix: number, last: number): number {
  const slot = slotOf(table, prefix, last);
  return table.slots[slot] === table.generation ? (table.slots[slot + 3] ?? 0) : -1;
}

/** Where the gram is, or the free slot where it belongs. */
function slotOf({ slots, generation }: GramTable, prefix: number, last: number): number {
  const mask = slots.length - 1;
  let hash = Math.imul(prefix, 0x9e3779b1) ^ Math.imul(last, 0x85ebca6b);
  hash ^= hash >>> 15;
  let slot = Math.imul(hash, width) & mask;
  while (slots[slot] === generation && (slots[slot + 1] !== prefix || slots[slot + 2] !== last)) {
    slot = (slot + width) & mask;
  }
  return slot;
}

function grow(table: GramTable): void {
  const old = table.slots;
  table.slots = new Int32Array(old.length * 2);
  for (let from = 0; from < old.length; from += width) {
    if (old[from] !== table.generation) continue;
    const slot = slotOf(table, old[from + 1] ?? 0, old[from + 2] ?? 0);
    table.slots.set(old.subarray(from, from + width), slot);
  }
}
