import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

/** All rules by day; by night those that look at colours: the rest is the same. */
const runs = [
  ["light", "{ iframes: false }"],
  ["dark", '{ iframes: false, runOnly: ["color-contrast", "link-in-text-block"] }'],
] as const;

/** What axe finds wrong with a page as it stands, by day and by night: each a line with the rule and the place. */
export async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(source);
  for (const [colorScheme, options] of runs) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // What crosses over from the page has no type.
    const result = (await page.evaluate(`axe.run(document, ${options})`)) as { violations: Violation[] };
    for (const { id, nodes } of result.violations) {
      for (const { target, failureSummary } of nodes) {
        found.push(`${colorScheme} ${id}: ${target.join(" ")}: ${failureSummary}`);
      }
    }
  }
  return found;
}
