import { useEffect, useState } from "preact/hooks";
import { isObject, type Json } from "../../client/json.ts";
import { read } from "../api/call.ts";
import { isKeyWanted, onKeyChange } from "../api/key.ts";
import { useLoad } from "../api/use-load.ts";
import { Failure } from "../parts/failure.tsx";
import { Heading } from "../parts/heading.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { Frame } from "../shell/frame.tsx";
import { KeyForm } from "../shell/key-form.tsx";
import { byTag, schemasOf } from "./document.ts";
import { Introduction } from "./introduction.tsx";
import { NamedSchema } from "./named-schema.tsx";
import { OperationView } from "./operation-view.tsx";

/** The reference of the API, from the document that the API gives of itself. */
export function Docs() {
  const [keyWanted, setKeyWanted] = useState(isKeyWanted);
  useEffect(() => onKeyChange(() => setKeyWanted(isKeyWanted())), []);
  return <Frame section="docs">{keyWanted ? <KeyForm /> : <Reference />}</Frame>;
}

function Reference() {
  const {
    value: document,
    failure,
    reload,
  } = useLoad((signal) => read<Json>("/openapi.json", { signal }), []);
  useEffect(() => {
    if (document !== undefined && location.hash !== "") goToFragment();
  }, [document]);
  return (
    <>
      <Heading title="API reference" />
      <Failure failure={failure} retry={reload} />
      {document === undefined && failure === undefined && <Skeleton what="the reference" lines={10} />}
      {document !== undefined && <Operations document={document} />}
    </>
  );
}

/** The fragment of a deep link names something that was not there yet when the page was loaded. */
function goToFragment(): void {
  globalThis.document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

function Operations({ document }: { document: Json }) {
  const groups = byTag(document);
  const named = schemasOf(document);
  return (
    <div class="docs">
      <nav class="contents" aria-label="Contents">
        {groups.map(([tag, operations]) => (
          <div key={tag}>
            <h2>{tag}</h2>
            <ul>
              {operations.map(({ id }) => (
                <li key={id}>
                  <a href={`#${id}`}>{id}</a>
                </li>
              ))}
            </ul>
          </div>
        ))}
        <h2>
          <a href="#schemas">schemas</a>
        </h2>
      </nav>
      <div class="reference">
        <Introduction />
        {groups.map(([tag, operations]) => (
          <section key={tag} aria-label={tag}>
            <h2 class="tag-heading">{tag}</h2>
            {operations.map((operation) => (
              <OperationView key={operation.id} operation={operation} named={named} />
            ))}
          </section>
        ))}
        <section id="schemas">
          <h2 class="tag-heading">Schemas</h2>
          {Object.entries(named).map(([name, schema]) => (
            <NamedSchema key={name} name={name} schema={isObject(schema) ? schema : {}} named={named} />
          ))}
        </section>
      </div>
    </div>
  );
}
