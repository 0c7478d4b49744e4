import { styleAt } from "../../report/palette.ts";
import { shownTheme } from "../shell/theme.ts";

/** How a line of this number is drawn, as reports draw it. */
export function lineStyle(index: number): { readonly colour: string; readonly dash: number[] } {
  const style = styleAt(index);
  const dash = style.dash?.split(" ").map(Number) ?? [];
  return { colour: style[shownTheme()], dash };
}

/** The value of one of the page's colours: a canvas knows no variables. */
export const pageColour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();
