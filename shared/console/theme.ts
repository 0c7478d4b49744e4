import { schemeVariables } from "../report/palette.ts";

/** What the console has beside the report's colours: surfaces that lie on the page, and states. */
const own = {
  light:
    "--raised:#ffffff;--strong:#c3cad2;--live:#0b5cad;--error:#b3261e;--error-wash:#fdf1ef;--good-wash:#eaf6f2;--live-wash:#eaf2fb;--bad-wash:#fbf3e8;--on-link:#ffffff;",
  dark: "--raised:#191d22;--strong:#4a525c;--live:#7cb8f5;--error:#ff9a8f;--error-wash:#2b1a19;--good-wash:#15261f;--live-wash:#16232f;--bad-wash:#2a2115;--on-link:#0e1114;",
} as const;

const variables = (scheme: "light" | "dark") =>
  `color-scheme:${scheme};${schemeVariables(scheme)}${own[scheme]}`;

/** The colours of the page: as the system has it, unless the reader chose. */
export const themeStyle = [
  `:root{${variables("light")}}`,
  `@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${variables("dark")}}}`,
  `:root[data-theme=dark]{${variables("dark")}}`,
].join("");
