import { verdicts } from "../judgement.ts";

/**
 * The tie margin with the most right verdicts over `rows`: a difference of scores within it says that both are the
 * same. The smallest of equals, 0 among them.
 */
export function fitMargin(labels: Uint8Array, differences: Float64Array, rows: ArrayLike<number>): number {
  const known = Array.from(rows).filter((row) => !Number.isNaN(differences[row]));
  const order = known.sort((a, b) => Math.abs(differences[a] ?? 0) - Math.abs(differences[b] ?? 0));
  let right = 0;
  for (const row of order) right += preferredRight(labels, differences, row);
  let [best, margin] = [right, 0];
  for (const [at, row] of order.entries()) {
    const size = Math.abs(differences[row] ?? 0);
    right += Number(labels[row] === verdicts.same) - preferredRight(labels, differences, row);
    const next = order[at + 1];
    const last = next === undefined || Math.abs(differences[next] ?? 0) > size;
    if (last && right > best) [best, margin] = [right, size];
  }
  return margin;
}

/** 1 where the sign of the difference is the label; a difference of 0 says that both are the same. */
function preferredRight(labels: Uint8Array, differences: Float64Array, row: number): number {
  const difference = differences[row] ?? 0;
  if (difference === 0) return Number(labels[row] === verdicts.same);
  return Number(labels[row] === (difference > 0 ? verdicts.first : verdicts.second));
}
