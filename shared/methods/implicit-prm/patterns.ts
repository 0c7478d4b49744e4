import { createContext, Script } from "node:vm";
import * as z from "zod";

/** Milliseconds that a pattern of the user's may take on one text. */
const longest = 1000;

/** A regular expression that a user writes. */
export const patternText = z.string().min(1).max(200).refine(isPattern, "must be a regular expression");

function isPattern(source: string): boolean {
  try {
    new RegExp(source, "mu");
    return true;
  } catch {
    return false;
  }
}

const found = z.array(z.object({ index: z.int(), text: z.string() }));

/** Where a pattern matches, and the match, or its first group where it has one. */
export type Matcher = (text: string) => z.infer<typeof found>;

/**
 * Matches a user's pattern with flags g, m and u. Patterns can take exponential time: it runs in a context of its
 * own, and is stopped. The matcher then throws an Error that names `field`.
 */
export function createMatcher(pattern: string, field: string): Matcher {
  const names = { text: "", pattern };
  const context = createContext(names);
  const script =
    new Script(`JSON.stringify(Array.from(text.matchAll(new RegExp(pattern, "gmu")), (match) => ({
    index: match.index,
    text: match[1] ?? match[0],
  })))`);
  return (text) => {
    names.text = text;
    try {
      return found.parse(JSON.parse(String(script.runInContext(context, { timeout: longest }))));
    } catch (cause) {
      const message = `${field}: the regular expression takes more than ${longest} ms on ${text.length} characters`;
      throw new Error(message, { cause });
    }
  };
}
