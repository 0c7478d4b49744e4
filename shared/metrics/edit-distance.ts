/** What rewrites an answer into a reference, word by word. */
export const operation = { same: 0, substitute: 1, insert: 2, delete: 3 } as const;

const unreached = 1 << 29;
const widestBeam = 25;

/**
 * The edit distance to one reference within a beam around the diagonal, as sacrebleu's TER computes it, of texts of
 * one length that differ little from each other: the rows of the words that two begin with are kept.
 */
export interface EditDistance {
  /** The distance of the words. */
  distance(words: Int32Array): number;
  /** The operations of the words that `distance` was last asked for, from the start. */
  trace(): Uint8Array;
}

/** All words are numbers; `length` is that of every answer. */
export function createEditDistance(reference: Int32Array, length: number): EditDistance {
  const width = reference.length + 1;
  const costs = new Int32Array((length + 1) * width).fill(unreached);
  const operations = new Uint8Array((length + 1) * width);
  const current = new Int32Array(length).fill(-1);
  for (let j = 0; j < width; j++) {
    costs[j] = j;
    operations[j] = operation.insert;
  }
  const ratio = length === 0 ? 1 : reference.length / length;
  const beam = widestBeam < ratio / 2 ? Math.ceil(ratio / 2 + widestBeam) : widestBeam;

  const fillRow = (i: number, word: number) => {
    const [row, above] = [i * width, (i - 1) * width];
    const diagonal = Math.floor(i * ratio);
    const from = Math.max(0, diagonal - beam);
    const to = i === length ? width : Math.min(width, diagonal + beam);
    let left = unreached;
    for (let j = from; j < to; j++) {
      let cost = unreached;
      let chosen: number = operation.same;
      if (j > 0) {
        const substituted = reference[j - 1] === word ? 0 : 1;
        cost = (costs[above + j - 1] ?? 0) + substituted;
        chosen = substituted;
      }
      // Equal costs fall to a word that stays or changes, then to a deletion, then to an insertion.
      const deleted = (costs[above + j] ?? 0) + 1;
      if (deleted < cost) {
        cost = deleted;
        chosen = operation.delete;
      }
      if (j > 0 && left + 1 < cost) {
        cost = left + 1;
        chosen = operation.insert;
      }
      costs[row + j] = cost;
      operations[row + j] = chosen;
      left = cost;
    }
  };

  return {
    distance: (words) => {
      let same = 0;
      while (same < length && current[same] === words[same]) same++;
      for (let i = same; i < length; i++) {
        const word = words[i] ?? 0;
        current[i] = word;
        fillRow(i + 1, word);
      }
      return costs[length * width + reference.length] ?? 0;
    },
    trace: () => {
      const trace: number[] = [];
      for (let i = length, j = reference.length; i > 0 || j > 0; ) {
        const op = operations[i * width + j] ?? 0;
        trace.push(op);
        if (op !== operation.insert) i--;
        if (op !== operation.delete) j--;
      }
      return Uint8Array.from(trace.reverse());
    },
  };
}
