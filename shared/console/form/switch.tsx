import { useForm } from "./context.ts";
import { type FieldProps, Labelled, useControl } from "./labelled.tsx";

/** Yes or no. */
export function Switch(props: FieldProps) {
  const { path, value, below } = props;
  const { put } = useForm();
  const on = (value ?? below) === true;
  return (
    <Labelled {...props}>
      <input
        {...useControl(props)}
        type="checkbox"
        class={value === undefined ? "from-below" : undefined}
        checked={on}
        onChange={({ currentTarget }) => put(path, currentTarget.checked)}
      />
    </Labelled>
  );
}
