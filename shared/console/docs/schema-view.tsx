import { useState } from "preact/hooks";
import { isList, isObject, type JsonObject } from "../../client/json.ts";
import { branchesOf, limitsInWords, typeInWords, unfoldable } from "./schema.ts";

interface SchemaViewProps {
  readonly schema: JsonObject;
  /** The schemas of the document, by name. */
  readonly named: JsonObject;
}

/** The fields of a schema, each with its own folded below it. */
export function SchemaView({ schema, named }: SchemaViewProps) {
  const whole = unfoldable(schema, named);
  if (whole === undefined) return <p class="type">{typeInWords(schema)}</p>;
  const branches = branchesOf(whole);
  if (branches.length > 0) {
    return (
      <ul class="branches">
        {branches.map((branch, index) => (
          <li key={index}>
            <p class="about">{index === 0 ? "one of" : "or"}</p>
            <SchemaView schema={branch} named={named} />
          </li>
        ))}
      </ul>
    );
  }
  const properties = isObject(whole.properties) ? whole.properties : {};
  const required = isList(whole.required) ? whole.required : [];
  return (
    <ul class="schema">
      {Object.entries(properties).map(([name, property]) => (
        <Property
          key={name}
          name={name}
          required={required.includes(name)}
          schema={isObject(property) ? property : {}}
          named={named}
        />
      ))}
    </ul>
  );
}

interface PropertyProps extends SchemaViewProps {
  readonly name: string;
  readonly required: boolean;
}

function Property({ name, required, schema, named }: PropertyProps) {
  const [open, setOpen] = useState(false);
  const inside = unfoldable(schema, named);
  const limits = limitsInWords(schema);
  const line = (
    <>
      <code class="property-name">{name}</code>
      <span class="type">{typeInWords(schema)}</span>
      {required && <span class="needed">required</span>}
    </>
  );
  return (
    <li>
      {inside === undefined ? (
        <p class="property-line">{line}</p>
      ) : (
        // A schema may lead back to itself: what is folded is not drawn.
        <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary class="property-line">{line}</summary>
          {open && <SchemaView schema={schema} named={named} />}
        </details>
      )}
      {typeof schema.description === "string" && <p class="about">{schema.description}</p>}
      {limits !== "" && <p class="about limits">{limits}</p>}
    </li>
  );
}
