/**
 * The same string in memory of its own. An engine holds a word that was cut out of a text as a view of it: kept, the
 * word would keep the text.
 */
export function ownString(text: string): string {
  return Buffer.from(text, "utf16le").toString("utf16le");
}
