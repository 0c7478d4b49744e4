/** Where a text stops to be JSON, and what is wrong there. */
export interface JsonFault {
  readonly at: number;
  readonly message: string;
}

type Expect = "value" | "first value" | "key" | "first key" | "colon" | "comma" | "end";

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /-?[A-Za-z]+/y;
const white = /[ \t\r\n]*/y;

/**
 * Finds where a text that `JSON.parse` refused stops to be JSON: its own messages often do not say. Undefined for a
 * text that is JSON.
 */
export function jsonFault(text: string): JsonFault | undefined {
  const open: ("{" | "[")[] = [];
  let expect: Expect = "value";
  for (let at = 0; ; ) {
    at = skip(white, text, at);
    const character = text[at];
    if (character === undefined)
      return expect === "end" ? undefined : { at, message: endMessage(text, open) };
    const step = advance(text, at, character, expect, open);
    if ("message" in step) return step;
    ({ at, expect } = step);
  }
}

function advance(
  text: string,
  at: number,
  character: string,
  expect: Expect,
  open: ("{" | "[")[],
): JsonFault | { readonly at: number; readonly expect: Expect } {
  const inside = open.at(-1);
  const after = (): Expect => (open.length === 0 ? "end" : "comma");
  const closes = inside === "{" ? "}" : "]";
  if (expect === "end") return { at, message: "something follows the end of the JSON value" };
  if (expect === "colon") {
    return character === ":"
      ? { at: at + 1, expect: "value" }
      : { at, message: "a colon is missing behind the key" };
  }
  if (expect === "comma") {
    if (character === ",") return { at: at + 1, expect: inside === "{" ? "key" : "value" };
    if (character !== closes) return { at, message: `a comma or ${closes} is missing` };
    open.pop();
    return { at: at + 1, expect: after() };
  }
  const mayClose = expect === "first key" || expect === "first value";
  if (character === closes && inside !== undefined) {
    if (!mayClose) return { at, message: `a comma stands before ${closes}` };
    open.pop();
    return { at: at + 1, expect: after() };
  }
  if (character === '"') {
    const end = stringEnd(text, at);
    if (typeof end !== "number") return end;
    return { at: end, expect: expect === "key" || expect === "first key" ? "colon" : after() };
  }
  if (expect === "key" || expect === "first key") {
    return { at, message: character === "'" ? quotes : "a key has to be in double quotes" };
  }
  if (character === "{" || character === "[") {
    open.push(character);
    return { at: at + 1, expect: character === "{" ? "first key" : "first value" };
  }
  const end = scalarEnd(text, at);
  return typeof end === "number" ? { at: end, expect: after() } : end;
}

const quotes = "JSON has double quotes only";

/** Index behind a number, or behind true, false or null. */
function scalarEnd(text: string, at: number): number | JsonFault {
  const name = text.slice(at, skip(word, text, at));
  if (name !== "") {
    if (["true", "false", "null"].includes(name)) return at + name.length;
    return { at, message: `${name.slice(0, 20)} is no value in JSON` };
  }
  const end = skip(number, text, at);
  if (end > at) return end;
  return { at, message: text[at] === "'" ? quotes : `${JSON.stringify(text[at])} cannot stand here` };
}

/** Index behind the closing quote. */
function stringEnd(text: string, open: number): number | JsonFault {
  for (let at = open + 1; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === '"') return at + 1;
    if (character < " ") {
      const code = character.charCodeAt(0).toString(16).padStart(4, "0");
      return { at, message: `a control character has to be escaped in a text: \\u${code}` };
    }
    if (character !== "\\") continue;
    const rest = text.slice(at + 1, at + 6);
    const known = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(rest)?.[0];
    const cutOff = /^(?:u[0-9a-fA-F]{0,3})?$/.test(rest);
    if (known === undefined && !cutOff)
      return { at, message: `${text.slice(at, at + 2)} is no escape in JSON` };
    at += known?.length ?? rest.length;
  }
  return { at: text.length, message: "the row ends in the middle of a text" };
}

const endMessage = (text: string, open: readonly string[]) =>
  text.trim() === "{"
    ? "each row has to be a whole JSON object in one line"
    : `the row ends before its ${open.at(-1) === "[" ? "]" : "}"}`;

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
