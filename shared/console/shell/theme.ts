/** What the reader chose; undefined follows the system. */
export type Theme = "light" | "dark";

const place = "tenfold-theme";

/** Puts the reader's choice back, before anything is drawn. */
export function restoreTheme(): void {
  const stored = localStorage.getItem(place);
  if (stored === "light" || stored === "dark") document.documentElement.dataset.theme = stored;
}

/** What is shown now. */
export function shownTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  if (theme === "light" || theme === "dark") return theme;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Shows the other theme; one that is the system's anyway is not remembered. */
export function toggleTheme(): Theme {
  const next = shownTheme() === "dark" ? "light" : "dark";
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  if (next === system) {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem(place);
  } else {
    document.documentElement.dataset.theme = next;
    localStorage.setItem(place, next);
  }
  dispatchEvent(new Event("themechange"));
  return next;
}
