import { useState } from "preact/hooks";
import type { JsonObject } from "../../client/json.ts";
import { SchemaView } from "./schema-view.tsx";

interface NamedSchemaProps {
  readonly name: string;
  readonly schema: JsonObject;
  readonly named: JsonObject;
}

/** A schema that the document names, folded until it is asked for, by a click or by its link. */
export function NamedSchema({ name, schema, named }: NamedSchemaProps) {
  const id = `schema-${name}`;
  const [open, setOpen] = useState(location.hash === `#${id}`);
  return (
    <details
      class="named-schema"
      id={id}
      open={open}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        <code>{name}</code>
      </summary>
      {open && <SchemaView schema={schema} named={named} />}
    </details>
  );
}
