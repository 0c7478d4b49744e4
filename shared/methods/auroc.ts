/**
 * Area under the ROC curve: the probability that one of the `positive` has the higher score than one of the others,
 * ties counted half. Undefined where all are of one kind.
 */
export function auroc(scores: readonly number[], positive: readonly boolean[]): number | undefined {
  const order = [...scores.keys()].sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let [ranks, positives] = [0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && scores[order[to] ?? 0] === scores[order[from] ?? 0]) to++;
    const rank = (from + to + 1) / 2;
    const tied = order.slice(from, to).filter((at) => positive[at] === true).length;
    ranks += rank * tied;
    positives += tied;
    from = to;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}
