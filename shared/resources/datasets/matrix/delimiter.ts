export type Delimiter = "\t" | "," | ";";

/** What stands between the cells of a table: the one of tab, comma and semicolon that its header has most of. */
export function guessDelimiter(text: string): Delimiter {
  const [header = ""] = text.replace(/^\ufeff/, "").split(/\r?\n/, 1);
  const bare = header.replaceAll(/"[^"]*"/g, "");
  const delimiters: readonly Delimiter[] = ["\t", ",", ";"];
  const counts = delimiters.map((delimiter) => bare.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? "\t";
}
