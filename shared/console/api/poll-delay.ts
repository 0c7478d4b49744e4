/** The longest that a poll waits after errors, in milliseconds. */
export const longestDelay = 30_000;

/**
 * Milliseconds until the next poll: what was wanted, or, after so many errors in a row, a second that
 * doubles with each. Undefined when the last step wanted no other.
 */
export function pollDelay(wanted: number | undefined, failures: number): number | undefined {
  if (failures === 0) return wanted;
  return Math.min(longestDelay, 1000 * 2 ** (failures - 1));
}
