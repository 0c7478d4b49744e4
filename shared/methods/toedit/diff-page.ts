import { textAfter } from "../../lm/tokenizers/text-after.ts";
import type { Tokenizer } from "../../lm/tokenizers/tokenizer.ts";
import { htmlDocument } from "../../report/document.ts";
import { formatCount, formatNumber } from "../../report/format.ts";
import { html, type Markup } from "../../report/html.ts";
import { schemeVariables } from "../../report/palette.ts";
import type { EditRule } from "./input.ts";
import { dropped, isCandidate } from "./rule.ts";
import type { Sampled } from "./sample.ts";

export interface DiffPage {
  readonly title: string;
  readonly sample: readonly Sampled[];
  readonly rule: EditRule;
  readonly tokenizer: Pick<Tokenizer, "decode">;
}

/**
 * The sample token by token as one page with all inside: tokens that were drawn anew, changed and dropped, and
 * the probability of each where the pointer rests.
 */
export function diffPage({ title, sample, rule, tokenizer }: DiffPage): string {
  return htmlDocument({
    title,
    style,
    body: html`<main>
<h1>${title}</h1>
<p class="legend"><span class="candidate">drawn anew, and the same</span> <del>before</del><ins>after</ins> <del class="dropped">dropped</del>; rest the pointer on a token for its probability. ${rule.strategy === "filter" ? `Tokens below ${formatNumber(rule.dropBelow)} are dropped.` : `Candidates: p ${rule.when === "at-least" ? "≥" : "≤"} ${formatNumber(rule.threshold, 4)}, temperature ${formatNumber(rule.temperature)}.`}</p>
${sample.map((one) => documentMarkup(one, rule, tokenizer))}
</main>`,
  });
}

function documentMarkup(one: Sampled, rule: EditRule, tokenizer: DiffPage["tokenizer"]): Markup {
  const { candidates, changed } = countsOf(one, rule);
  return html`<section><h2>${formatCount(one.row + 1)}: ${formatCount(one.tokens.length)} tokens, ${formatCount(candidates)} drawn anew, ${formatCount(changed)} changed</h2><p class="text">${Array.from(
    one.tokens,
    (_, i) => tokenMarkup(one, i, rule, tokenizer),
  )}</p></section>
`;
}

function tokenMarkup(
  { tokens, edited, probabilities }: Sampled,
  i: number,
  rule: EditRule,
  tokenizer: DiffPage["tokenizer"],
): Markup {
  const [token = 0, now = 0, p = Number.NaN] = [tokens[i], edited[i], probabilities[i]];
  const textOf = (one: number) => textAfter(tokenizer, tokens[i - 1], [one]);
  const text = textOf(token);
  if (i === 0) return html`<span title="the first token is never edited">${text}</span>`;
  const said = `p ${p.toPrecision(3)}`; // a number format for each token would take longer than the edit
  if (now === dropped) return html`<del class="dropped" title="${said}, dropped">${shownText(text)}</del>`;
  if (now !== token) {
    const after = textOf(now);
    return html`<del title="${said}">${shownText(text)}</del><ins title="in place of ${JSON.stringify(text)}, ${said}">${shownText(after)}</ins>`;
  }
  return isCandidate(p, rule)
    ? html`<span class="candidate" title="${said}, drawn anew">${text}</span>`
    : html`<span title="${said}">${text}</span>`;
}

/** Line breaks and spaces that came or went must be seen. */
const shownText = (text: string): string =>
  text.replaceAll("\n", "⏎").replaceAll(/^\s+$/g, (blank) => "␣".repeat(blank.length));

/** Tokens of a sampled document that were drawn anew, and those that are others now. */
function countsOf({ tokens, edited, probabilities }: Sampled, rule: EditRule) {
  let [candidates, changed] = [0, 0];
  for (let i = 1; i < tokens.length; i++) {
    if (edited[i] === dropped || !isCandidate(probabilities[i] ?? Number.NaN, rule)) continue;
    candidates++;
    if (edited[i] !== tokens[i]) changed++;
  }
  return { candidates, changed };
}

const style = `
:root{color-scheme:light dark;${schemeVariables("light")}}
@media (prefers-color-scheme:dark){:root{${schemeVariables("dark")}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:52rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{margin:0 0 .75rem;font-size:1.6rem;line-height:1.25;font-weight:650}
h2{margin:2rem 0 .5rem;font-size:.875rem;font-weight:600;color:var(--muted);font-variant-numeric:tabular-nums}
.legend{margin:0 0 1rem;font-size:.875rem;color:var(--muted)}
.text{margin:0;font:15px/1.75 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.candidate{background:var(--wash);box-shadow:inset 0 -2px 0 var(--line)}
del{color:var(--bad);text-decoration:line-through}
ins{color:var(--good);font-weight:700;text-decoration:none;box-shadow:inset 0 -2px 0 currentColor}
.dropped{opacity:.8}
.text>*:hover{outline:1px solid var(--link)}
`;
