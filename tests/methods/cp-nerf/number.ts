/** The number at a place of a list; throws where there is none. */
export function number(values: ArrayLike<number>, at: number): number {
  const value = values[at];
  if (value === undefined) throw new RangeError(`no value at ${at}`);
  return value;
}
