import { useEffect, useState } from "preact/hooks";
import { useForm } from "./context.ts";
import { readNumber, written } from "./entry.ts";
import { type FieldProps, Labelled, useControl } from "./labelled.tsx";

/** A number, typed. The text is kept as typed while it says the same as the value. */
export function NumberEntry(props: FieldProps) {
  const { path, value, below } = props;
  const { put } = useForm();
  const [text, setText] = useState(written(value));
  useEffect(() => {
    if (readNumber(text) !== value) setText(written(value));
  }, [value]);
  return (
    <Labelled {...props}>
      <input
        {...useControl(props)}
        type="text"
        inputMode="decimal"
        autocomplete="off"
        placeholder={written(below)}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          put(path, readNumber(currentTarget.value));
        }}
      />
    </Labelled>
  );
}
