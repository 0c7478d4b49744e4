import { useForm } from "./context.ts";
import { written } from "./entry.ts";
import { type FieldProps, Labelled, useControl } from "./labelled.tsx";

/** One of a few. */
export function Choice({
  options,
  ...props
}: FieldProps & { readonly options: readonly (string | number)[] }) {
  const { path, value, below } = props;
  const { put } = useForm();
  return (
    <Labelled {...props}>
      <select
        {...useControl(props)}
        class={value === undefined ? "from-below" : undefined}
        value={value === undefined ? "" : String(value)}
        onChange={({ currentTarget }) =>
          put(
            path,
            options.find((option) => String(option) === currentTarget.value),
          )
        }
      >
        <option value="">{below === undefined ? "" : written(below)}</option>
        {options
          .filter((option) => option !== below || value === below)
          .map((option) => (
            <option key={option} value={String(option)}>
              {option}
            </option>
          ))}
      </select>
    </Labelled>
  );
}
