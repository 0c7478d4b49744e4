import type { FieldError } from "../api/problem.ts";

/** What is wrong at a field itself: errors at its pointer, and at those of what it shows whole, such as a list's elements. */
export function faultsAt(
  errors: readonly FieldError[],
  pointer: string,
  whole: boolean,
): readonly FieldError[] {
  return errors.filter(({ path }) => path === pointer || (whole && path.startsWith(`${pointer}/`)));
}

/** Which of the pointers that are on the page is the nearest to an error's; undefined when none leads to it. */
export function nearestPointer(shown: Iterable<string>, path: string): string | undefined {
  let best: string | undefined;
  for (const pointer of shown) {
    const leads = path === pointer || path.startsWith(`${pointer}/`);
    if (leads && pointer.length > (best?.length ?? -1)) best = pointer;
  }
  return best;
}
