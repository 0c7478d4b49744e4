import type { JsonObject } from "../../client/json.ts";
import { key } from "../api/key.ts";
import { Code } from "../parts/code.tsx";
import { Answers } from "./answers.tsx";
import { clientCalls } from "./client-calls.ts";
import type { Operation } from "./document.ts";
import { curlOf } from "./examples.ts";
import { Parameters } from "./parameters.tsx";
import { SchemaView } from "./schema-view.tsx";

/** One operation: what it takes, what it answers, and how it is called. */
export function OperationView({ operation, named }: { operation: Operation; named: JsonObject }) {
  const { id, method, path, summary, parameters, body, answers, open } = operation;
  const client = clientCalls[id];
  return (
    <article class="operation" id={id}>
      <h3>
        <a href={`#${id}`}>{summary}</a>
      </h3>
      <p class="route">
        <span class={`verb ${method.toLowerCase()}`}>{method}</span> <code>{path}</code>
        {open && <span class="tag">no key needed</span>}
      </p>
      <div class="operation-parts">
        <div>
          {parameters.length > 0 && <Parameters parameters={parameters} />}
          {body !== undefined && (
            <>
              <h4>Body{body.required ? "" : ", may be left out"}</h4>
              <SchemaView schema={body.schema} named={named} />
            </>
          )}
          <Answers answers={answers} named={named} />
        </div>
        <div class="operation-examples">
          <Code text={curlOf(operation, location.origin, key() !== undefined)} label={`curl for ${id}`} />
          {client !== undefined && <Code text={client} label={`TypeScript for ${id}`} />}
        </div>
      </div>
    </article>
  );
}
