import { useEffect, useState } from "preact/hooks";
import { same } from "../../client/json.ts";
import { useForm } from "./context.ts";
import { readNumbers, written } from "./entry.ts";
import { type FieldProps, Labelled, useControl } from "./labelled.tsx";

/** Numbers between commas. */
export function NumbersEntry(props: FieldProps) {
  const { path, value, below } = props;
  const { put } = useForm();
  const [text, setText] = useState(written(value));
  useEffect(() => {
    if (!same(readNumbers(text), value)) setText(written(value));
  }, [value]);
  return (
    <Labelled {...props}>
      <input
        {...useControl(props)}
        type="text"
        autocomplete="off"
        placeholder={written(below)}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          put(path, readNumbers(currentTarget.value));
        }}
      />
    </Labelled>
  );
}
