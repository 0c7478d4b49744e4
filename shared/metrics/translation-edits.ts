import {
  distanceOfChanged,
  type EditTable,
  operation,
  readText,
  setReference,
  traceText,
} from "./edit-distance.ts";

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
 * `table` is written to and can be used again.
 */
export function translationEdits(answer: Int32Array, reference: Int32Array, table: EditTable): number {
  if (reference.length === 0) return answer.length;
  setReference(table, reference, answer.length);
  let [words, shifts, tried] = [answer, 0, 0];
  for (;;) {
    const distance = readText(table, words);
    const found = bestShift(words, reference, table, { distance, tried });
    tried = found.tried;
    if (tried >= mostShifts || found.best === undefined || found.best.gain <= 0) return shifts + distance;
    words = shifted(words, found.best).words;
    shifts++;
  }
}

function bestShift(
  words: Int32Array,
  reference: Int32Array,
  table: EditTable,
  before: { distance: number; tried: number },
) {
  const alignment = align(traceText(table), words.length, reference.length);
  let best: Shift | undefined;
  let { tried } = before;
  for (const { start, at, longest } of commonRuns(words, reference)) {
    for (let length = 1; length <= longest && tried < mostShifts; length++) {
      if (!worthShifting(alignment, start, at, length)) continue;
      for (const target of targets(alignment.answerAt, at, length)) {
        const shift = { gain: 0, start, length, target };
        const moved = shifted(words, shift);
        shift.gain = before.distance - distanceOfChanged(table, moved.words, moved.first, moved.end);
        tried++;
        if (best === undefined || ranksBefore(shift, best)) best = shift;
      }
    }
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

/** A place in the answer and one in the reference from which on up to `longest` words are equal. */
interface Run {
  start: number;
  at: number;
  longest: number;
}

/** In the order of the answer, then of the reference. */
function commonRuns(words: Int32Array, reference: Int32Array): Run[] {
  const runs: Run[] = [];
  for (let start = 0; start < words.length; start++) {
    const to = Math.min(reference.length, start + farthestShift + 1);
    for (let at = Math.max(0, start - farthestShift); at < to; at++) {
      if (words[start] !== reference[at]) continue;
      const most = Math.min(longestShift, words.length - start, reference.length - at);
      let longest = 1;
      while (longest < most && words[start + longest] === reference[at + longest]) longest++;
      runs.push({ start, at, longest });
    }
  }
  return runs;
}

/** There has to be an error on both sides, and the run must not stand where it belongs. */
function worthShifting(alignment: Alignment, start: number, at: number, length: number): boolean {
  const { answerAt, answerWrong, referenceWrong } = alignment;
  const place = answerAt[at] ?? 0;
  if (start <= place && place < start + length) return false;
  return anyWrong(answerWrong, start, length) && anyWrong(referenceWrong, at, length);
}

function anyWrong(wrong: Uint8Array, from: number, count: number): boolean {
  for (let place = from; place < from + count; place++) if (wrong[place] === 1) return true;
  return false;
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

/** The words with the run moved, and which of them changed: those from `first` to before `end`. */
function shifted(words: Int32Array, { start, length, target }: Shift) {
  const end = start + length;
  // Where the run begins once it is out of the way; a target within it moves it on by as much as it is into it.
  const at = target > end ? target - length : Math.min(target, words.length - length);
  const moved = words.slice();
  if (at < start) moved.copyWithin(at + length, at, start);
  else moved.copyWithin(start, end, at + length);
  moved.set(words.subarray(start, end), at);
  return { words: moved, first: Math.min(start, at), end: Math.max(start, at) + length };
}
