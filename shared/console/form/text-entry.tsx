import { useForm } from "./context.ts";
import { written } from "./entry.ts";
import type { Field } from "./field.ts";
import { type FieldProps, Labelled, useControl } from "./labelled.tsx";

/** A text; a long one has room to be written in. */
export function TextEntry(props: FieldProps<Extract<Field, { kind: "text" }>>) {
  const { path, value, below, field } = props;
  const { put } = useForm();
  const shared = {
    ...useControl(props),
    placeholder: written(below),
    value: written(value),
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) =>
      put(path, currentTarget.value === "" ? undefined : currentTarget.value),
  };
  const long = (field.longest ?? 0) > 300 || written(value ?? below).length > 120;
  return (
    <Labelled {...props}>
      {long ? <textarea {...shared} rows={4} /> : <input {...shared} type="text" autocomplete="off" />}
    </Labelled>
  );
}
