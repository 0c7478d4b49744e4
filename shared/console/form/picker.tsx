import { useLoad } from "../api/use-load.ts";
import { useForm } from "./context.ts";
import { type FieldProps, Labelled, useControl } from "./labelled.tsx";

export interface Picked {
  readonly id: string;
  readonly name: string;
  readonly about: string;
}

interface PickerProps extends FieldProps {
  readonly load: (signal: AbortSignal) => Promise<readonly Picked[]>;
  /** Said when there is nothing to pick. */
  readonly none: string;
  readonly more: { readonly href: string; readonly label: string };
}

/** One of the things that the API lists. */
export function Picker({ load, none, more, ...props }: PickerProps) {
  const { path, value, below, required } = props;
  const { put } = useForm();
  const { value: found, failure } = useLoad(load, []);
  const chosen = value ?? below;
  const known = found ?? [];
  const unlisted = typeof chosen === "string" && !known.some(({ id }) => id === chosen) ? chosen : undefined;
  return (
    <Labelled {...props}>
      <select
        {...useControl(props)}
        value={typeof chosen === "string" ? chosen : ""}
        onChange={({ currentTarget }) => put(path, currentTarget.value || undefined)}
      >
        <option value="">{required ? "Choose one" : "None"}</option>
        {unlisted !== undefined && <option value={unlisted}>{unlisted}</option>}
        {known.map(({ id, name, about }) => (
          <option key={id} value={id}>
            {name} ({about}, …{id.slice(-6)})
          </option>
        ))}
      </select>
      {failure !== undefined && <p class="fault">The list cannot be loaded.</p>}
      {found?.length === 0 && (
        <p class="about">
          {none} <a href={more.href}>{more.label}</a>
        </p>
      )}
    </Labelled>
  );
}
