import { inWords } from "../../client/output.ts";
import { toPointer } from "../data/path.ts";
import { idOf, useForm } from "./context.ts";
import type { Field, Variant } from "./field.ts";
import { Faults, type FieldProps } from "./labelled.tsx";
import { Properties } from "./properties.tsx";
import { tagOf, variantOf } from "./union.ts";

/** One of several shapes, chosen by its tag, with the fields of that shape. */
export function UnionField(props: FieldProps<Extract<Field, { kind: "union" }>>) {
  const { field, path, name, value, below } = props;
  const { put, dropPreset } = useForm();
  const variant = variantOf(field, value, below);
  const preset = tagOf(field, below);
  const choose = (chosen: Variant) => {
    const tagged = { [field.tag]: chosen.value };
    if (preset !== undefined && preset !== chosen.value) dropPreset();
    put(path, chosen.value === preset || (preset === undefined && chosen.usual) ? undefined : tagged);
  };
  const tagPath = [...path, field.tag];
  return (
    <div class={path.length > 0 ? "object union" : "union"}>
      <fieldset class="field">
        <legend>{inWords(path.length > 0 ? name : field.tag)}</legend>
        <div class="shapes">
          {field.variants.map((one, index) => (
            <label key={one.value} class="shape">
              <input
                {...(index === 0 && { id: idOf(tagPath), "data-pointer": toPointer(tagPath) })}
                type="radio"
                name={idOf(path)}
                checked={one.value === variant?.value}
                onChange={() => choose(one)}
              />
              <span class="shape-name">{one.value}</span>
              {one.description !== undefined && <span class="about">{one.description}</span>}
            </label>
          ))}
        </div>
        <Faults path={tagPath} whole />
      </fieldset>
      {variant !== undefined && (
        <Properties
          key={variant.value}
          properties={variant.properties}
          path={path}
          value={value}
          below={preset === undefined || preset === variant.value ? below : undefined}
        />
      )}
    </div>
  );
}
