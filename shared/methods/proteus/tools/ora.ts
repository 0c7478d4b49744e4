import { hypergeometricUpper } from "../../../statistics/distributions/hypergeometric.ts";
import { benjaminiHochberg } from "../../../statistics/false-discovery.ts";
import { type GeneSet, placeSets, type SizeLimits } from "./gene-sets.ts";

export interface OverRepresented {
  readonly name: string;
  /** Members in the background, and those of them that were selected. */
  readonly size: number;
  readonly overlap: number;
  /** How many would be by chance: size x selected / background. */
  readonly expected: number;
  /** P(at least `overlap`) when the selected are drawn from the background without regard to the set. */
  readonly p: number;
  /** Benjamini and Hochberg's over all sets. */
  readonly adjusted: number;
  /** The selected members, in the background's order. */
  readonly members: readonly string[];
}

/**
 * Over-representation: the hypergeometric test of each set, `background` being all that was measured. Throws a
 * RangeError where something selected is not in the background, or a name comes twice.
 */
export function overRepresentation(
  selected: readonly string[],
  background: readonly string[],
  sets: readonly GeneSet[],
  limits: SizeLimits,
): OverRepresented[] {
  const placed = placeSets(sets, background, limits);
  const chosen = new Set(selected);
  const known = new Set(background);
  for (const name of chosen) {
    if (!known.has(name)) throw new RangeError(`"${name}" is selected, but not in the background`);
  }
  const [population, drawn] = [background.length, chosen.size];
  const tested = placed.map(({ name, places }) => {
    const members = Array.from(places, (place) => background[place] ?? "").filter((member) =>
      chosen.has(member),
    );
    const urn = { population, marked: places.length, drawn };
    return {
      name,
      size: places.length,
      overlap: members.length,
      expected: (places.length * drawn) / population,
      p: hypergeometricUpper(members.length, urn),
      members,
    };
  });
  const adjusted = benjaminiHochberg(tested.map(({ p }) => p));
  return tested.map((set, at) => ({ ...set, adjusted: adjusted[at] ?? Number.NaN }));
}
