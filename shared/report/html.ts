/** Text that is markup already. Made by `html` alone, so that whatever else meets a page is escaped. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | false | readonly Part[];

/** Builds markup: strings in its holes are escaped, `Markup` and lists of it are put in as they are. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const markup = strings.reduce((built, string, index) => built + render(parts[index - 1]) + string);
  return { markup };
}

/** Lets text that a trusted drawing made (an SVG plot, the page's style sheet) pass as markup. */
export function trusted(markup: string): Markup {
  return { markup };
}

/** Escapes text for an element's content and for a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function render(part: Part): string {
  if (part === undefined || part === false) return "";
  if (typeof part === "string") return escapeHtml(part);
  if (typeof part === "number") return String(part);
  if ("markup" in part) return part.markup;
  return part.map(render).join("");
}
