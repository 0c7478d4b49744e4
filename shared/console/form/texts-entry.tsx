import { useEffect, useState } from "preact/hooks";
import { isList, type Json, same } from "../../client/json.ts";
import { useForm } from "./context.ts";
import { readTexts, written } from "./entry.ts";
import { type FieldProps, Labelled, useControl } from "./labelled.tsx";

const lines = (value: Json | undefined) => (isList(value) ? value.map(written).join("\n") : written(value));

/** Texts, one a line. */
export function TextsEntry(props: FieldProps) {
  const { path, value, below } = props;
  const { put } = useForm();
  const [text, setText] = useState(lines(value));
  useEffect(() => {
    if (!same(readTexts(text), value)) setText(lines(value));
  }, [value]);
  return (
    <Labelled {...props}>
      <textarea
        {...useControl(props)}
        rows={3}
        placeholder={lines(below)}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          put(path, readTexts(currentTarget.value));
        }}
      />
    </Labelled>
  );
}
