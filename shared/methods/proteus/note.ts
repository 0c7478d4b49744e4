import { formatCount } from "../../report/format.ts";

/** What a step decided or changed, in a sentence or two and in figures: a report carries both as they are. */
export interface Note {
  readonly text: string;
  readonly figures: Readonly<Record<string, number>>;
}

/** A note; of the figures those that are finite, since no other can be written down. */
export const noteOf = (text: string, figures: Note["figures"] = {}): Note => ({
  text,
  figures: Object.fromEntries(Object.entries(figures).filter(([, figure]) => Number.isFinite(figure))),
});

/** `3 proteins`, `1 protein`. */
export const counted = (count: number, one: string, more = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : more}`;

/** Up to six names, and how many there are besides. */
export function listed(names: readonly string[], most = 6): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown} and ${formatCount(names.length - most)} more` : shown;
}
