/** Genes or proteins that belong together. */
export interface GeneSet {
  readonly name: string;
  readonly description: string;
  readonly members: readonly string[];
}

/**
 * Reads a GMT file: a set a line, by tabs its name, a description and its members, of which a repeated one counts
 * once. Throws a RangeError that names the line where a set has no name, no member, or the name of another.
 */
export function readGmt(text: string): GeneSet[] {
  const lineOf = new Map<string, number>();
  return text.split(/\r?\n/).flatMap((line, at) => {
    if (line.trim() === "") return [];
    const [name = "", description = "", ...members] = line.split("\t").map((cell) => cell.trim());
    const known = [...new Set(members.filter((member) => member !== ""))];
    if (name === "") throw new RangeError(`line ${at + 1}: a gene set without a name`);
    if (known.length === 0) {
      throw new RangeError(
        `line ${at + 1}: gene set "${name}" has no members; a line is name, description, members, by tabs`,
      );
    }
    const before = lineOf.get(name);
    if (before !== undefined)
      throw new RangeError(`line ${at + 1}: gene set "${name}" is on line ${before} too`);
    lineOf.set(name, at + 1);
    return [{ name, description, members: known }];
  });
}

/** Which sizes of sets are tested, counted over the members that were measured. */
export interface SizeLimits {
  readonly smallest: number;
  readonly largest: number;
}

/** A set among what was measured. */
export interface PlacedSet {
  readonly name: string;
  /** Where its measured members stand, smallest first. */
  readonly places: Int32Array;
}

/**
 * The sets whose measured members are not too few nor too many; all members of the universe are never a set.
 * Throws a RangeError where the universe names one thing twice.
 */
export function placeSets(
  sets: readonly GeneSet[],
  universe: readonly string[],
  { smallest, largest }: SizeLimits,
): PlacedSet[] {
  const placeOf = new Map<string, number>();
  for (const [at, name] of universe.entries()) {
    if (placeOf.has(name))
      throw new RangeError(`"${name}" is there twice, in places ${placeOf.get(name)} and ${at}`);
    placeOf.set(name, at);
  }
  return sets.flatMap(({ name, members }) => {
    const found = new Set(members.flatMap((member) => placeOf.get(member) ?? []));
    if (found.size < Math.max(1, smallest) || found.size > Math.min(largest, universe.length - 1)) return [];
    return [{ name, places: Int32Array.from(found).sort() }];
  });
}
