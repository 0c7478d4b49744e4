import { htmlDocument } from "./document.ts";
import { formatBytes } from "./format.ts";
import { html, type Markup, trusted } from "./html.ts";
import { pageScript } from "./page-script.ts";
import { pageStyle } from "./page-style.ts";
import { htmlTable, type Table } from "./table.ts";
import { type TokenText, tokenText } from "./token-text.ts";

/** A plot that can be drawn at any width: the page shows a wide and a narrow drawing of it. */
export interface Figure {
  readonly id: string;
  /** What to see in it; the plot carries its own title. */
  readonly caption: string;
  /** SVG text, drawn for `width` pixels, with `id` as its id. */
  draw(size: { readonly width: number; readonly id: string }): string;
}

/** A claim, whether the figures bear it out, and the figures in words. */
export interface Verdict {
  readonly claim: string;
  readonly holds: boolean;
  readonly text: string;
}

export interface Section {
  readonly heading: string;
  /** Paragraphs. */
  readonly text?: readonly string[];
  readonly verdicts?: readonly Verdict[];
  /** What a verdict is called; "Holds" and "Does not hold" when absent. */
  readonly verdictWords?: readonly [holds: string, fails: string];
  readonly plots?: readonly Figure[];
  readonly tables?: readonly Table[];
  /** Texts whose tokens carry colours and notes. */
  readonly tokenTexts?: readonly TokenText[];
  /** Paragraphs below all else. */
  readonly notes?: readonly string[];
}

export interface Fact {
  readonly label: string;
  readonly value: string;
  /** Followed only when it is http or https. */
  readonly href?: string;
}

/** A file that the page carries inside itself. */
export interface Download {
  readonly name: string;
  readonly type: string;
  readonly body: string;
}

export interface Report {
  readonly title: string;
  /** The result in a sentence: the first thing read. */
  readonly summary: string;
  /** A sentence or two beneath it. */
  readonly detail?: string;
  /** The one plot of the first screen. */
  readonly main?: Figure;
  readonly facts: readonly Fact[];
  readonly sections: readonly Section[];
  /** Shown as JSON, to run the same again. */
  readonly input?: unknown;
  readonly downloads?: readonly Download[];
}

const widths = { wide: 720, narrow: 360 };

/** One page with all inside. All text is escaped. */
export function renderReport(report: Report): string {
  const count = figureNumbers(report);
  return htmlDocument({
    title: report.title,
    description: report.summary,
    style: pageStyle,
    script: pageScript,
    body: html`<div class="page">
<header>
<h1>${report.title}</h1>
<p class="summary">${unbroken(report.summary)}</p>
${report.detail === undefined ? undefined : html`<p class="detail">${unbroken(report.detail)}</p>`}
</header>
<main>
${report.main === undefined ? undefined : figure(report.main, count)}
${report.sections.map((section, index) => sectionMarkup(section, index, count))}
${inputSection(report)}
${downloadsSection(report.downloads ?? [])}
</main>
<aside><div class="sticky">
<h2>This run</h2>
<dl>${report.facts.map(factMarkup)}</dl>
${contents(report)}
</div></aside>
</div>`,
  });
}

function sectionMarkup(section: Section, index: number, count: ReadonlyMap<string, number>): Markup {
  const [holds, fails] = section.verdictWords ?? ["Holds", "Does not hold"];
  const verdict = (one: Verdict) =>
    html`<li><span class="verdict ${one.holds ? "holds" : "fails"}">${
      one.holds ? holds : fails
    }</span><div><p class="claim">${unbroken(one.claim)}</p><p>${unbroken(one.text)}</p></div></li>`;
  const paragraph = (text: string) => html`<p>${unbroken(text)}</p>`;
  const verdicts = section.verdicts ?? [];
  return html`<section id="${sectionId(index)}">
<h2>${section.heading}</h2>
${(section.text ?? []).map(paragraph)}
${verdicts.length === 0 ? undefined : html`<ul class="verdicts">${verdicts.map(verdict)}</ul>`}
${(section.plots ?? []).map((plot) => figure(plot, count))}
${(section.tables ?? []).map(htmlTable)}
${(section.tokenTexts ?? []).map(tokenText)}
${(section.notes ?? []).map(paragraph)}
</section>
`;
}

/** Prose in which no line ends between a figure and its spread, its unit, or the symbol that it is the value of. */
function unbroken(text: string): Markup {
  const parts = text.split(/([\d.,]+ ± [\d.,]*\d|τ \d+|\b[dr] [\d,]*\d|[\d.,]+ (?:[kMGT]?B|[mµ]?s)\b)/);
  return html`${parts.map((part, at) => (at % 2 === 1 ? html`<span class="whole">${part}</span>` : part))}`;
}

const sectionId = (index: number) => `section-${index + 1}`;

function figureNumbers(report: Report): ReadonlyMap<string, number> {
  const plots = [report.main, ...report.sections.flatMap((section) => section.plots ?? [])];
  const ids = plots.flatMap((plot) => (plot === undefined ? [] : [plot.id]));
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`Two plots of a report have the id ${twice}`);
  return new Map(ids.map((id, index) => [id, index + 1]));
}

function figure(plot: Figure, count: ReadonlyMap<string, number>): Markup {
  const drawing = (size: "wide" | "narrow") =>
    html`<div class="${size}">${trusted(plot.draw({ width: widths[size], id: `${plot.id}-${size}` }))}</div>`;
  return html`<figure id="${plot.id}">${drawing("wide")}${drawing("narrow")}<figcaption><b>Figure ${count.get(plot.id)}.</b> ${unbroken(plot.caption)}</figcaption></figure>
`;
}

function factMarkup({ label, value, href }: Fact): Markup {
  const shown = href !== undefined && isWebAddress(href) ? html`<a href="${href}">${value}</a>` : value;
  return html`<div class="fact"><dt>${label}</dt><dd>${shown}</dd></div>`;
}

function isWebAddress(href: string): boolean {
  const url = URL.parse(href);
  return url !== null && (url.protocol === "https:" || url.protocol === "http:");
}

function contents(report: Report): Markup | undefined {
  if (report.sections.length < 2) return undefined;
  return html`<nav aria-label="Contents"><h2>Contents</h2><ol>${report.sections.map(
    ({ heading }, index) => html`<li><a href="#${sectionId(index)}">${heading}</a></li>`,
  )}</ol></nav>`;
}

function inputSection({ input }: Report): Markup | undefined {
  if (input === undefined) return undefined;
  return html`<section><h2>Input</h2><p>The same input and seed give the same result.</p><details><summary>Show the input in full</summary><pre tabindex="0">${JSON.stringify(
    input,
    null,
    2,
  )}</pre></details></section>
`;
}

function downloadsSection(downloads: readonly Download[]): Markup | undefined {
  if (downloads.length === 0) return undefined;
  const item = ({ name, type, body }: Download) => {
    const bytes = Buffer.from(body, "utf8");
    const href = `data:${type.replaceAll(/[^\w/+.;=-]/g, "")};base64,${bytes.toString("base64")}`;
    return html`<li><a download="${name}" href="${href}">${name}<span>${formatBytes(bytes.length)}</span></a></li>`;
  };
  return html`<section class="downloads-section"><h2>Files</h2><ul class="downloads">${downloads.map(item)}</ul></section>
`;
}
