import { useEffect, useState } from "preact/hooks";
import { type Json, same } from "../../client/json.ts";
import { useForm } from "./context.ts";
import { type FieldProps, Labelled, useControl } from "./labelled.tsx";

const shown = (value: Json | undefined) => (value === undefined ? "" : JSON.stringify(value, undefined, 2));

function parsed(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return text.trim() === "" ? undefined : text;
  }
}

/** A value that no other control fits, as JSON. */
export function JsonEntry(props: FieldProps) {
  const { path, value, below } = props;
  const { put } = useForm();
  const [text, setText] = useState(shown(value));
  useEffect(() => {
    if (!same(parsed(text), value)) setText(shown(value));
  }, [value]);
  return (
    <Labelled {...props}>
      <textarea
        {...useControl(props)}
        class="mono"
        rows={4}
        spellcheck={false}
        placeholder={shown(below) || "JSON"}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          put(path, parsed(currentTarget.value));
        }}
      />
    </Labelled>
  );
}
