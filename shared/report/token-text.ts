import { html, type Markup } from "./html.ts";
import { seriesStyles } from "./palette.ts";

/** A stretch of a text, in a colour, with a note that is shown when a pointer rests on it. */
export interface TokenSpan {
  readonly text: string;
  /** Index of the series style; plain when absent. */
  readonly style?: number | undefined;
  readonly note?: string | undefined;
}

/** A text whose tokens carry colours and notes. */
export interface TokenText {
  readonly caption: string;
  readonly legend: readonly { readonly name: string; readonly style: number }[];
  readonly tokens: readonly TokenSpan[];
}

/** Spaces and line ends stay as they are; a token of nothing but spaces is seen by its colour. */
export function tokenText({ caption, legend, tokens }: TokenText): Markup {
  const key = legend.map(({ name, style }) => html`<span class="token ${styleClass(style)}">${name}</span> `);
  return html`<div class="token-text"><p class="caption">${caption}</p><p class="token-key">${key}</p><p class="written" tabindex="0">${tokens.map(span)}</p></div>`;
}

function span({ text, style, note }: TokenSpan): Markup {
  const title = note === undefined ? undefined : html` title="${note}"`;
  return html`<span class="token ${style === undefined ? "" : styleClass(style)}"${title}>${text}</span>`;
}

const styleClass = (style: number): string => `token-${style % seriesStyles.length}`;

/** The rules of such texts for the page's style sheet. */
export const tokenStyle = `
.token-text{margin:0 0 1.75rem}
.token-key{margin:0 0 .5rem;font-size:.84rem}
.token-key .token{margin-right:.6rem;padding:0 .25em}
.written{margin:0;padding:1rem;max-height:32rem;overflow:auto;background:var(--wash);border-radius:6px;font:13px/1.75 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap}
${seriesStyles.map((_, index) => `.token-${index}{background:color-mix(in srgb,var(--series-${index}) 20%,transparent);box-shadow:inset 0 -2px var(--series-${index})}`).join("\n")}
`;
