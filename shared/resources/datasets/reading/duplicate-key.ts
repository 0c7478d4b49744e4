/** A key that comes twice: itself, where its second one stands in the text, and its JSON pointer. */
export interface Twice {
  readonly key: string;
  readonly at: number;
  readonly pointer: string;
}

/**
 * The first key that comes twice within one object of a JSON text, of which `JSON.parse` kept only the last;
 * `keys` is how many it kept. Most texts are settled by counting: writers put the colon right behind every key, and
 * when there are as many `":` as keys were kept, none was dropped. (One that stands apart from its colon, in a
 * text where the others do not, goes unseen.)
 */
export function duplicateKey(text: string, keys: number): Twice | undefined {
  return marks(text) === keys ? undefined : search(text);
}

function marks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('":'); at !== -1; at = text.indexOf('":', at + 2)) count++;
  return count;
}

/** How deep values may lie in each other. */
export const maxDepth = 64;

/** Keys in a value and all that lies in it; NaN where that is nested more than `maxDepth` deep. */
export function countKeys(value: unknown, depth = 0): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth > maxDepth) return Number.NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (const one of value) count += countKeys(one, depth + 1);
    return count;
  }
  for (const key in value) count += 1 + countKeys(Reflect.get(value, key), depth + 1);
  return count;
}

interface Level {
  readonly keys: Set<string> | undefined;
  /** Step of the pointer: the key, or the index, that is being read. */
  step: string | number;
}

/** Walks over a text that is known to be JSON, from string to string. */
function search(text: string): Twice | undefined {
  const levels: Level[] = [];
  for (let at = 0; ; ) {
    const open = text.indexOf('"', at);
    walk(text, at, open === -1 ? text.length : open, levels);
    if (open === -1) return undefined;
    const close = closing(text, open);
    at = close + 1;
    const level = levels.at(-1);
    if (level?.keys === undefined || !/^\s*:/.test(text.slice(at, at + 64))) continue;
    const key: unknown = JSON.parse(text.slice(open, close + 1));
    if (typeof key !== "string") continue;
    level.step = key;
    if (level.keys.has(key)) return { key, at: open, pointer: pointerOf(levels) };
    level.keys.add(key);
  }
}

function walk(text: string, from: number, to: number, levels: Level[]): void {
  for (let at = from; at < to; at++) {
    const character = text[at];
    const level = levels.at(-1);
    if (character === "{") levels.push({ keys: new Set(), step: "" });
    else if (character === "[") levels.push({ keys: undefined, step: 0 });
    else if (character === "}" || character === "]") levels.pop();
    else if (character === "," && typeof level?.step === "number") level.step++;
  }
}

function closing(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); ; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return at;
  }
}

const pointerOf = (levels: readonly Level[]) =>
  levels.map(({ step }) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
