/** A curve as a plot shows it. */
export interface Line {
  readonly label: string;
  /** Numbers of its colour and of its dash. */
  readonly colour: number;
  readonly dash: number;
  readonly points: ReadonlyMap<number, number | null>;
}
