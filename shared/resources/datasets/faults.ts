import { type ContentError, maxContentErrors } from "../uploads/record.ts";

/** Ends the reading of a content: what is wrong with it leaves nothing more to look at. */
export class ContentFault extends Error {
  readonly error: ContentError;

  constructor(error: ContentError) {
    super(error.message);
    this.name = "ContentFault";
    this.error = error;
  }
}

/** Collects what is wrong in a content, and says when that is enough. */
export interface Faults {
  readonly errors: readonly ContentError[];
  add(error: ContentError): void;
  /** No more are kept: the reading may end. */
  full(): boolean;
}

export function collectFaults(): Faults {
  const errors: ContentError[] = [];
  return {
    errors,
    add(error) {
      if (errors.length < maxContentErrors) errors.push({ ...error, message: cut(error.message, 300) });
    },
    full: () => errors.length >= maxContentErrors,
  };
}

/** Errors from the top of each file to its bottom. */
export const inOrder = (errors: readonly ContentError[]): ContentError[] =>
  errors.toSorted((a, b) => (a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) : 0));

/** The beginning of a text, as a string of its own: a slice would keep the whole text in memory. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${Buffer.from(text.slice(0, length - 1).toWellFormed()).toString()}…`;
