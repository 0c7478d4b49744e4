import { type ComponentType, render } from "preact";
import { restoreTheme } from "./shell/theme.ts";

/** Draws an application into the page. */
export function mount(Application: ComponentType): void {
  restoreTheme();
  const root = document.getElementById("app");
  if (root === null) throw new Error("The page has no #app");
  render(<Application />, root);
}
