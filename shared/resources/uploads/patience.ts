/** So long something waits for its content, in milliseconds. */
export const uploadPatience = 24 * 3600 * 1000;
/** Checks of one content that may fail, by the fault of the machine and not of the content. */
export const maxAttempts = 3;
/** So long one check may take, in milliseconds; the function that does it has a little less. */
export const checkPatience = 16 * 60 * 1000;

/** Why a content is given up whose checks were begun, and never came to an end. */
export function neverChecked(attempts: number): string {
  const times = attempts === 1 ? "once" : `${Math.min(attempts, maxAttempts)} times`;
  return `the check was begun ${times} and did not come to an end; most likely the content takes too much time or memory`;
}

/** Why a content is refused whose last check failed by the fault of the machine. */
export const couldNotCheck = (error: unknown): string =>
  `the content could not be checked: ${error instanceof Error ? error.message : String(error)}`;
