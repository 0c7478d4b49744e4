import { isList, type Json } from "../../client/json.ts";
import { useForm } from "./context.ts";
import { type FieldProps, Labelled, useControl } from "./labelled.tsx";

type Option = string | number;

/** Some of a few: those that are on stay in the order in which they were before, later ones follow. */
export function Choices({ options, ...props }: FieldProps & { readonly options: readonly Option[] }) {
  const { path, value, below } = props;
  const { put } = useForm();
  const chosen = listed(value ?? below);
  const control = useControl(props);
  const toggle = (option: Option, on: boolean) =>
    put(path, on ? [...chosen, option] : chosen.filter((one) => one !== option));
  return (
    <Labelled {...props} group>
      <div class={value === undefined ? "chips from-below" : "chips"}>
        {options.map((option, index) => (
          <label key={option} class="chip">
            <input
              {...(index === 0 && { id: control.id, "data-pointer": control["data-pointer"] })}
              type="checkbox"
              checked={chosen.includes(option)}
              onChange={({ currentTarget }) => toggle(option, currentTarget.checked)}
            />
            <span>{option}</span>
          </label>
        ))}
      </div>
    </Labelled>
  );
}

const listed = (value: Json | undefined): Option[] =>
  isList(value) ? value.filter((one) => typeof one === "string" || typeof one === "number") : [];
