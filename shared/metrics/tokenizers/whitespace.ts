/** What Python parts words at; JavaScript's own differs by five characters. */
const whitespace = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

const word = new RegExp(`[^${whitespace}]+`, "g");
const space = new RegExp(`[${whitespace}]`);

/** The words between whitespace, as Python's `str.split` gives them. */
export function splitWords(text: string): string[] {
  return text.match(word) ?? [];
}

/** Python's `str.strip`. */
export function strip(text: string): string {
  let start = 0;
  while (start < text.length && space.test(text.charAt(start))) start++;
  return stripEnd(text.slice(start));
}

/** Python's `str.rstrip`. */
export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && space.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
