import { createHash } from "node:crypto";
import { html, type Markup, trusted } from "./html.ts";
import { printable } from "./svg.ts";

export interface Document {
  readonly title: string;
  readonly description?: string;
  readonly style: string;
  readonly script?: string;
  readonly body: Markup;
}

/**
 * An HTML document with all inside: no file, script or style from elsewhere, and a policy in the page itself that
 * allows none but its own.
 */
export function htmlDocument({ title, description, style, script, body }: Document): string {
  const scripts = script === undefined ? "" : ` script-src '${hash(script)}';`;
  const policy = `default-src 'none'; style-src '${hash(style)}';${scripts} base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="color-scheme" content="light dark">
${
  description === undefined
    ? undefined
    : html`<meta name="description" content="${description}">
`
}<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
${body}
${
  script === undefined
    ? undefined
    : html`<script>${trusted(script)}</script>
`
}</body>
</html>
`;
  return printable(page.markup);
}

function hash(content: string): string {
  return `sha256-${createHash("sha256").update(content).digest("base64")}`;
}
