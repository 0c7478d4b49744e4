import { isObject, type Json } from "../../client/json.ts";
import type { Path } from "../data/path.ts";
import { useForm } from "./context.ts";
import type { Property } from "./field.ts";
import { isWide } from "./wide.ts";

interface PropertiesProps {
  readonly properties: readonly Property[];
  readonly path: Path;
  readonly value: Json | undefined;
  readonly below: Json | undefined;
}

const inside = (value: Json | undefined, name: string) =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** The fields of an object, small ones side by side. */
export function Properties({ properties, path, value, below }: PropertiesProps) {
  const { view: View } = useForm();
  return (
    <div class="properties">
      {properties.map(({ name, required, field }) => (
        <div key={name} class={isWide(field) ? "wide" : undefined}>
          <View
            field={field}
            path={[...path, name]}
            name={name}
            required={required}
            value={inside(value, name)}
            below={inside(below, name)}
          />
        </div>
      ))}
    </div>
  );
}
