import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { key, onKeyChange, setKey } from "../api/key.ts";
import { hrefTo } from "../route.ts";
import { ThemeButton } from "./theme-button.tsx";

export type Section = "methods" | "runs" | "datasets" | "models" | "docs";

const sections: readonly (readonly [Section, string, string])[] = [
  ["methods", "Methods", hrefTo({ page: "methods" })],
  ["runs", "Runs", hrefTo({ page: "runs" })],
  ["datasets", "Data", hrefTo({ page: "datasets" })],
  ["models", "Models", hrefTo({ page: "models" })],
  ["docs", "API", "/docs"],
];

/** What is around every page: the way to the others, and to the content. */
export function Frame({ section, children }: { section: Section | undefined; children: ComponentChildren }) {
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        To the content
      </button>
      <header class="bar">
        <div class="bar-inside">
          <a class="brand" href={hrefTo({ page: "methods" })}>
            Tenfold
          </a>
          <nav aria-label="Main">
            {sections.map(([name, label, href]) => (
              <a key={name} href={href} aria-current={name === section ? "page" : undefined}>
                {label}
              </a>
            ))}
          </nav>
          <div class="bar-end">
            <SignOut />
            <ThemeButton />
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** A button, not a link: the fragment is the console's place. */
function skip(): void {
  document.getElementById("content")?.focus();
}

function SignOut() {
  const [hasKey, setHasKey] = useState(key() !== undefined);
  useEffect(() => onKeyChange(() => setHasKey(key() !== undefined)), []);
  if (!hasKey) return null;
  return (
    <button type="button" class="quiet" onClick={() => setKey(undefined)}>
      Forget key
    </button>
  );
}
