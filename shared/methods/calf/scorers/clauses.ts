/** Characters beyond which a sentence is cut at its commas, and beyond which a clause is cut anywhere. */
const longSentence = 160;
const longClause = 400;

/** The sentences of a text, long ones in clauses; of any script, without those that hold no letter or digit. */
export function clausesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?…])\s+|(?<=[。！？；])|\n+/u)
    .flatMap((sentence) =>
      sentence.length > longSentence ? sentence.split(/(?<=[,;:])\s+|(?<=[，、：])/u) : [sentence],
    )
    .flatMap(pieces)
    .map((clause) => clause.trim())
    .filter((clause) => /[\p{L}\p{N}]/u.test(clause));
}

function pieces(clause: string): string[] {
  if (clause.length <= longClause) return [clause];
  const characters = [...clause];
  return Array.from({ length: Math.ceil(characters.length / longClause) }, (_, at) =>
    characters.slice(at * longClause, (at + 1) * longClause).join(""),
  );
}
