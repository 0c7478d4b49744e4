import * as z from "zod";
import { createMatcher, patternText } from "./patterns.ts";

export const splitterNames = ["line", "step", "blank-line", "sentence", "pattern"] as const;

/** How a response is cut into steps. */
export const splitter = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("line").default("line").describe("A step ends with its line") }),
  z.strictObject({ by: z.literal("step").describe('A step begins with "Step 1:", "Step 2:", ...') }),
  z.strictObject({ by: z.literal("blank-line") }),
  z.strictObject({ by: z.literal("sentence") }),
  z.strictObject({
    by: z.literal("pattern"),
    pattern: patternText.describe("A step begins where this regular expression matches (flags m and u)"),
  }),
]);
export type Splitter = z.infer<typeof splitter>;

/** Characters [start, end) of a response. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts responses into steps, in order: together they are the response, and none is blank unless all of it is. Throws
 * an Error where a pattern of the user's takes too long.
 */
export function createSplitter(by: Splitter): (text: string) => Span[] {
  const startsOf = starts(by);
  return (text) => {
    const cuts = [...new Set([0, ...startsOf(text)])].filter((at) => at < text.length).sort((a, b) => a - b);
    const spans: Span[] = [];
    for (const [i, start] of cuts.entries()) {
      const end = cuts[i + 1] ?? text.length;
      const last = spans.at(-1);
      const joined = last !== undefined && (isBlank(text, { start, end }) || isBlank(text, last));
      if (joined) spans[spans.length - 1] = { start: last.start, end };
      else spans.push({ start, end });
    }
    return spans;
  };
}

const isBlank = (text: string, { start, end }: Span) => !/\S/.test(text.slice(start, end));

function starts(by: Splitter): (text: string) => number[] {
  switch (by.by) {
    case "line":
      return (text) => ends(text, /\n/gu);
    case "step":
      return (text) => [...text.matchAll(/\bstep\s{0,4}\d{1,4}\s{0,4}[:.)]/giu)].map(({ index }) => index);
    case "blank-line":
      return (text) => ends(text, /\n[^\S\n]*\n/gu);
    case "sentence": {
      const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
      return (text) => [...segmenter.segment(text)].map(({ index }) => index);
    }
    case "pattern": {
      const matches = createMatcher(by.pattern, "splitter.pattern");
      return (text) => matches(text).map(({ index }) => index);
    }
  }
}

const ends = (text: string, mark: RegExp) =>
  [...text.matchAll(mark)].map(({ index, 0: found }) => index + found.length);

/**
 * The step of each token of a response, from the text that the tokens before it decode to: a token belongs to the step
 * in which it begins.
 */
export function stepOfTokens(
  tokens: ArrayLike<number>,
  decode: (ids: ArrayLike<number>) => string,
  steps: readonly Span[],
): Int32Array {
  const ids = Array.from(tokens);
  const begin = (at: number) => decode(ids.slice(0, at)).replace(/\uFFFD+$/u, "").length;
  const stepOf = new Int32Array(ids.length);
  for (const { end } of steps.slice(0, -1)) {
    const next = firstWhere(ids.length, (at) => begin(at) >= end);
    for (let at = next; at < ids.length; at++) stepOf[at] = (stepOf[at] ?? 0) + 1;
  }
  return stepOf;
}

/** The first of 0 .. count - 1 of which something holds that holds of all after it; count where it holds of none. */
function firstWhere(count: number, holds: (at: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
