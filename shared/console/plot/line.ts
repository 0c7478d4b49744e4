/** A curve as a plot shows it. */
export interface Line {
  readonly label: string;
  /** Number of its colour and dash. */
  readonly style: number;
  readonly points: ReadonlyMap<number, number | null>;
}
