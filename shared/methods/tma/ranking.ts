/** Most items that can be ranked: a score and an index share the 53 bits of one number. */
export const mostItems = 2 ** 21;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * A number that is smaller for a higher score, and of equal scores for a lower index: a float32's bits in the
 * order of their values, above the index. Sorted ascending, such numbers rank items exactly as their scores do.
 */
export function rankKey(score: number, index: number): number {
  float[0] = score + 0; // -0 becomes 0
  const raw = bits[0] as number; // of one element
  const ascending = raw >= 0x8000_0000 ? 0xffff_ffff - raw : raw + 0x8000_0000;
  return (0xffff_ffff - ascending) * mostItems + index;
}

export const indexOf = (key: number): number => key % mostItems;

export function scoreOf(key: number): number {
  const ascending = 0xffff_ffff - Math.floor(key / mostItems);
  bits[0] = ascending >= 0x8000_0000 ? ascending - 0x8000_0000 : 0xffff_ffff - ascending;
  return float[0] as number; // of one element
}

/** Moves the `count` smallest numbers of `keys` to its front, in any order (Hoare's selection). */
export function selectSmallest(keys: Float64Array, count: number): void {
  let [low, high] = [0, keys.length - 1];
  while (low < high) {
    const pivot = middleOf(keys[low] as number, keys[(low + high) >> 1] as number, keys[high] as number);
    let [left, right] = [low, high];
    while (left <= right) {
      while ((keys[left] as number) < pivot) left++;
      while ((keys[right] as number) > pivot) right--;
      if (left > right) break;
      const held = keys[left] as number;
      keys[left] = keys[right] as number;
      keys[right] = held;
      left++;
      right--;
    }
    if (count - 1 <= right) high = right;
    else if (count - 1 >= left) low = left;
    else return;
  }
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
