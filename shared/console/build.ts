import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { themeStyle } from "./theme.ts";

/** A page of the console with its script and style inside: a deployment replaces all of it or nothing. */
export interface BuiltPage {
  readonly html: string;
  /** The same, in base64. */
  readonly compressed: { readonly br: string; readonly gzip: string };
  /** Changes whenever the page does. */
  readonly etag: string;
  /** Hashes of the inline scripts and styles, for a Content-Security-Policy. */
  readonly scripts: readonly string[];
  readonly styles: readonly string[];
}

/** The pages that there are, each by its entry in this folder. */
export type PageName = "console" | "docs";

/** Bundles a page. esbuild is there in development alone, and loaded for this. */
export async function buildPage(name: PageName): Promise<BuiltPage> {
  const { script, style } = await bundle(name);
  const html = page(script, style);
  return {
    html,
    compressed: {
      br: brotliCompressSync(html).toString("base64"),
      gzip: gzipSync(html, { level: 9 }).toString("base64"),
    },
    etag: `"${createHash("sha256").update(html).digest("base64url").slice(0, 22)}"`,
    scripts: [sha256(script)],
    styles: [sha256(style)],
  };
}

async function bundle(name: PageName): Promise<{ readonly script: string; readonly style: string }> {
  const { build, stop } = await import("esbuild");
  try {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL(`./${name}.tsx`, import.meta.url))],
      outdir: "page",
      absWorkingDir: fileURLToPath(new URL("../..", import.meta.url)),
      bundle: true,
      format: "iife",
      target: ["chrome119", "firefox124", "safari17.4"],
      minify: true,
      legalComments: "none",
      write: false,
      logLevel: "error",
    });
    const text = (extension: string) =>
      outputFiles.find(({ path }) => path.endsWith(extension))?.text.trim() ?? "";
    return { script: safe(text(".js"), "script"), style: safe(themeStyle + text(".css"), "style") };
  } finally {
    await stop();
  }
}

/** Text that goes into an element as it stands must not end the element. */
function safe(text: string, element: string): string {
  if (text.toLowerCase().includes(`</${element}`))
    throw new Error(`the ${element} would end its own element`);
  return text;
}

const sha256 = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

/** A white T on the blue of links. */
const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b5cad"/><path d="M8 10h16M16 10v14" stroke="#fff" stroke-width="4" stroke-linecap="round"/></svg>',
)}`;

const page = (script: string, style: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="Tenfold: published machine-learning methods as runs">
<title>Tenfold</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<noscript>The console is a program in your browser and needs JavaScript; the API and the tenfold command do not.</noscript>
<script>${script}</script>
</body>
</html>
`;
