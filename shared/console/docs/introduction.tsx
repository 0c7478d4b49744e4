import { key } from "../api/key.ts";
import { Code } from "../parts/code.tsx";

const example = (origin: string, keyed: boolean) =>
  [
    `curl -X POST "${origin}/v1/methods/fope/runs?preset=quick"`,
    ...(keyed ? ['-H "Authorization: Bearer $TENFOLD_KEY"'] : []),
    "-H 'Idempotency-Key: first-try'",
    "-H 'content-type: application/json'",
    "-d '{}'",
  ].join(" \\\n  ");

/** What holds for every call. */
export function Introduction() {
  return (
    <section class="introduction" aria-label="Introduction">
      <p>
        A run is created, then looked at until it has ended. Calls carry a key,{" "}
        <code>Authorization: Bearer tf_…</code>; a stack on your own machine needs none.
      </p>
      <Code text={example(location.origin, key() !== undefined)} label="a first call" />
      <ul class="rules">
        <li>
          Errors are <code>application/problem+json</code> (RFC 9457) and name each field at fault by a JSON
          pointer.
        </li>
        <li>
          With an <code>Idempotency-Key</code> a call can be repeated without harm: it makes one run, data set
          or model, and the answer says <code>idempotency-replayed</code>.
        </li>
        <li>
          A run has an <code>ETag</code>: with <code>If-None-Match</code> a look at it costs a 304 while
          nothing changed.
        </li>
        <li>
          Lists answer a page and, where there is more, <code>next</code>: the <code>cursor</code> of the page
          after it.
        </li>
        <li>
          The whole description, for tools: <a href="/openapi.json">openapi.json</a>.
        </li>
      </ul>
    </section>
  );
}
