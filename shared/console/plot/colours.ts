import { styleAt } from "../../report/palette.ts";
import { shownTheme } from "../shell/theme.ts";
import type { Line } from "./line.ts";

/** A line's colour in the theme that is shown, and its dash, as reports draw them. */
export function lineStyle({ colour, dash }: Pick<Line, "colour" | "dash">): {
  readonly colour: string;
  readonly dash: number[];
} {
  return {
    colour: styleAt(colour)[shownTheme()],
    dash: styleAt(dash).dash?.split(" ").map(Number) ?? [],
  };
}

/** The value of one of the page's colours: a canvas knows no variables. */
export const pageColour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();
