import { existsSync, readFileSync } from "node:fs";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { BuiltPage, PageName } from "../../shared/console/build.ts";
import { matches } from "./headers.ts";
import { type Call, empty } from "./respond.ts";

/** The page lies beside the bundle; run from source, it is built here. Its address keeps the builder out of bundles. */
async function load(name: PageName): Promise<BuiltPage> {
  const built = new URL("./page.json", import.meta.url);
  // Written by the same build as this bundle.
  if (existsSync(built)) return JSON.parse(readFileSync(built, "utf8")) as BuiltPage;
  const source = new URL("../../shared/console/build.ts", import.meta.url).href;
  return (await import(source)).buildPage(name);
}

/** What a route answers that serves a page of the console. */
export function servePage(name: PageName): (call: Call) => Promise<APIGatewayProxyStructuredResultV2> {
  let page: Promise<BuiltPage> | undefined;
  return async (call) => {
    page ??= load(name);
    try {
      return answer(call, await page);
    } catch (error) {
      page = undefined;
      throw error;
    }
  };
}

/** The page, compressed as the browser likes it, or 304 when the browser has this build. */
function answer(call: Call, page: BuiltPage): APIGatewayProxyStructuredResultV2 {
  const { etag, html, compressed, scripts, styles } = page;
  const headers = {
    etag,
    // Asked for anew each time, so that a deployment is seen at once; mostly it is a 304.
    "cache-control": "no-cache",
    vary: "accept-encoding",
    "content-security-policy": policy(scripts, styles),
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
  };
  if (matches(call.header("if-none-match"), etag)) return empty(304, headers);
  const typed = { ...headers, "content-type": "text/html; charset=utf-8" };
  const encoding = encodingFor(call.header("accept-encoding"));
  if (encoding === undefined) return { statusCode: 200, headers: typed, body: html };
  return {
    statusCode: 200,
    headers: { ...typed, "content-encoding": encoding },
    body: compressed[encoding],
    isBase64Encoded: true,
  };
}

/** The best encoding that the browser names; a weight of 0 refuses it (RFC 9110, 12.5.3). */
function encodingFor(accepted = ""): keyof BuiltPage["compressed"] | undefined {
  const named = accepted
    .toLowerCase()
    .split(",")
    .map((part) => part.replaceAll(/\s/g, ""));
  const accepts = (name: string) =>
    named.some((part) => part === name || (part.startsWith(`${name};`) && !/;q=0(\.0*)?$/.test(part)));
  return (["br", "gzip"] as const).find(accepts);
}

/** The page's own script and style, the API, and the bucket's files: nothing else is loaded, sent to or framed. */
function policy(scripts: readonly string[], styles: readonly string[]): string {
  const quoted = (hashes: readonly string[]) => hashes.map((hash) => `'${hash}'`).join(" ");
  const files = bucketOrigin();
  return [
    "default-src 'none'",
    `script-src ${quoted(scripts)}`,
    `style-src ${quoted(styles)}`,
    `connect-src 'self' ${files}`,
    `img-src 'self' data: blob: ${files}`,
    `frame-src 'self' ${files}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function bucketOrigin(): string {
  const { AWS_ENDPOINT_URL_S3, BUCKET_NAME, AWS_REGION } = process.env;
  if (AWS_ENDPOINT_URL_S3 !== undefined) return new URL(AWS_ENDPOINT_URL_S3).origin;
  return `https://${BUCKET_NAME}.s3.${AWS_REGION}.amazonaws.com`;
}
