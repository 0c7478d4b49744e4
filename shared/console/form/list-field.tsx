import { isList, type Json } from "../../client/json.ts";
import { inWords } from "../../client/output.ts";
import { useForm } from "./context.ts";
import type { Field } from "./field.ts";
import { type FieldProps, Labelled } from "./labelled.tsx";

/** A list of things that have fields of their own. */
export function ListField({ item, ...props }: FieldProps & { readonly item: Field }) {
  const { path, value, below, name } = props;
  const { put, view: View } = useForm();
  const own = isList(value) ? value : undefined;
  const items = own ?? (isList(below) ? below : []);
  // The first change makes the list one's own: a list replaces the preset's whole.
  const change = (list: Json[]) => put(path, list);
  return (
    <Labelled {...props} group>
      <ol class="items">
        {items.map((one, index) => (
          <li key={index}>
            <View
              field={item}
              path={[...path, index]}
              name={`${name} ${index + 1}`}
              required
              value={own === undefined ? undefined : one}
              below={own === undefined ? one : undefined}
            />
            <button
              type="button"
              class="small"
              onClick={() => change(items.toSpliced(index, 1))}
              aria-label={`Remove ${inWords(name)} ${index + 1}`}
            >
              Remove
            </button>
          </li>
        ))}
      </ol>
      <button type="button" class="small" onClick={() => change([...items, emptyOf(item)])}>
        Add
      </button>
    </Labelled>
  );
}

function emptyOf(item: Field): Json {
  if (item.kind === "list" || item.kind === "choices" || item.kind === "numbers" || item.kind === "texts")
    return [];
  if (item.kind === "object") return {};
  if (item.kind === "union") return { [item.tag]: item.variants[0]?.value ?? "" };
  return item.kind === "switch" ? false : "";
}
