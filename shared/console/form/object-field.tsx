import { isObject } from "../../client/json.ts";
import { inWords } from "../../client/output.ts";
import { useFaults } from "./context.ts";
import type { Field } from "./field.ts";
import { Faults, type FieldProps } from "./labelled.tsx";
import { Properties } from "./properties.tsx";

/** Fields that belong together, folded away until something in them is changed or wrong. */
export function ObjectField(props: FieldProps<Extract<Field, { kind: "object" }>>) {
  const { field, path, name, value, below } = props;
  const faults = useFaults(path, true);
  if (path.length === 0)
    return <Properties properties={field.properties} path={path} value={value} below={below} />;
  const changed = isObject(value) ? Object.keys(value).length : 0;
  return (
    <details class="object" open={changed > 0 || faults.length > 0 || undefined}>
      <summary>
        {inWords(name)}
        <span class="hint">
          {changed > 0
            ? `${changed} changed`
            : field.properties.map((property) => inWords(property.name)).join(", ")}
        </span>
      </summary>
      {field.description !== undefined && <p class="about">{field.description}</p>}
      <Faults path={path} whole={false} />
      <Properties properties={field.properties} path={path} value={value} below={below ?? field.default} />
    </details>
  );
}
