/** A text in two, cut at the paragraph that is nearest to its middle. */
export function halvesOf(text: string): readonly [string, string] {
  const middle = Math.floor(text.length / 2);
  const at = text.indexOf("\n\n", middle);
  const cut = at === -1 ? middle : at + 2;
  return [text.slice(0, cut), text.slice(cut)];
}
