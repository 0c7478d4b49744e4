import { createEditDistance, type EditDistance, operation } from "./edit-distance.ts";

/** Tercom's limits, and sacrebleu's own of the shifts that one pair of texts tries. */
const longestShift = 10;
const farthestShift = 50;
const mostShifts = 1000;

interface Shift {
  gain: number;
  start: number;
  length: number;
  target: number;
}

/** Where the answer's words stand to the reference's by the best edits. */
interface Alignment {
  /** For each word of the reference the place of the answer's word at or before it, -1 for none. */
  answerAt: Int32Array;
  answerWrong: Uint8Array;
  referenceWrong: Uint8Array;
}

/**
 * The edits of an answer towards a reference (Snover et al., 2006): insertions, deletions, substitutions and shifts of
 * blocks, found greedily: the shift that saves most is made as long as it saves, as sacrebleu and Tercom search.
 */
export function translationEdits(answer: Int32Array, reference: Int32Array): number {
  if (reference.length === 0) return answer.length;
  const edits = createEditDistance(reference, answer.length);
  let [words, shifts, tried] = [answer, 0, 0];
  for (;;) {
    const found = bestShift(words, reference, edits, tried);
    tried = found.tried;
    if (tried >= mostShifts || found.best === undefined || found.best.gain <= 0) break;
    words = shifted(words, found.best);
    shifts++;
  }
  return shifts + edits.distance(words);
}

function bestShift(words: Int32Array, reference: Int32Array, edits: EditDistance, triedBefore: number) {
  const before = edits.distance(words);
  const alignment = align(edits.trace(), words.length, reference.length);
  let best: Shift | undefined;
  let tried = triedBefore;
  for (const { start, at, length } of commonRuns(words, reference)) {
    if (!worthShifting(alignment, start, at, length)) continue;
    for (const target of targets(alignment.answerAt, at, length)) {
      const shift = { gain: 0, start, length, target };
      shift.gain = before - edits.distance(shifted(words, shift));
      tried++;
      if (best === undefined || ranksBefore(shift, best)) best = shift;
    }
    if (tried >= mostShifts) break;
  }
  return { best, tried };
}

function align(trace: Uint8Array, answerLength: number, referenceLength: number): Alignment {
  const answerAt = new Int32Array(referenceLength);
  const answerWrong = new Uint8Array(answerLength);
  const referenceWrong = new Uint8Array(referenceLength);
  let [i, j] = [-1, -1];
  for (const op of trace) {
    const wrong = op === operation.same ? 0 : 1;
    if (op !== operation.insert) answerWrong[++i] = wrong;
    if (op === operation.delete) continue;
    referenceWrong[++j] = wrong;
    answerAt[j] = i;
  }
  return { answerAt, answerWrong, referenceWrong };
}

/** All runs of equal words, from each pair of places the run of one word first. */
function* commonRuns(words: Int32Array, reference: Int32Array) {
  for (let start = 0; start < words.length; start++) {
    const from = Math.max(0, start - farthestShift);
    const to = Math.min(reference.length, start + farthestShift + 1);
    for (let at = from; at < to; at++) {
      const most = Math.min(longestShift, words.length - start, reference.length - at);
      for (
        let length = 1;
        length <= most && words[start + length - 1] === reference[at + length - 1];
        length++
      ) {
        yield { start, at, length };
      }
    }
  }
}

/** There has to be an error on both sides, and the run must not stand where it belongs. */
function worthShifting(alignment: Alignment, start: number, at: number, length: number): boolean {
  const { answerAt, answerWrong, referenceWrong } = alignment;
  const place = answerAt[at] ?? 0;
  return (
    !(start <= place && place < start + length) &&
    answerWrong.subarray(start, start + length).includes(1) &&
    referenceWrong.subarray(at, at + length).includes(1)
  );
}

/** The places to insert the run before: after the word that each word of the reference from the one before is at. */
function* targets(answerAt: Int32Array, at: number, length: number) {
  let before = -1;
  for (let place = at - 1; place < at + length; place++) {
    const target = place < 0 ? 0 : (answerAt[place] ?? 0) + 1;
    if (target === before) continue;
    before = target;
    yield target;
  }
}

/** Tercom's order: the larger gain, the longer run, the earlier start, the earlier target. */
function ranksBefore(shift: Shift, best: Shift): boolean {
  return (
    (shift.gain - best.gain ||
      shift.length - best.length ||
      best.start - shift.start ||
      best.target - shift.target) > 0
  );
}

function shifted(words: Int32Array, { start, length, target }: Shift): Int32Array {
  const end = start + length;
  // Where the run begins once it is out of the way; a target within it moves it on by as much as it is into it.
  const at = target > end ? target - length : Math.min(target, words.length - length);
  const moved = words.slice();
  if (at < start) moved.copyWithin(at + length, at, start);
  else moved.copyWithin(start, end, at + length);
  moved.set(words.subarray(start, end), at);
  return moved;
}
