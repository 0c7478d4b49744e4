import { useRef, useState } from "preact/hooks";
import { key, setKey } from "../api/key.ts";
import { Heading } from "../parts/heading.tsx";

/** Asks for an API key. */
export function KeyForm() {
  const input = useRef<HTMLInputElement>(null);
  const [fault, setFault] = useState(key() === undefined ? undefined : "The API does not know this key.");
  const submit = (event: Event) => {
    event.preventDefault();
    const given = input.current?.value.trim() ?? "";
    if (/^tf_[\w-]+$/.test(given)) setKey(given);
    else setFault("A key begins with tf_ and is of letters, digits, - and _.");
  };
  return (
    <form class="narrow-form" onSubmit={submit}>
      <Heading title="Your API key" />
      <p class="lead">
        The key stays in this tab, until you close it. Whoever runs this deployment makes one with{" "}
        <code>npm run key</code>.
      </p>
      <label for="key">API key</label>
      <input
        id="key"
        ref={input}
        type="password"
        autocomplete="off"
        spellcheck={false}
        placeholder="tf_…"
        aria-invalid={fault !== undefined}
        aria-describedby={fault === undefined ? undefined : "key-fault"}
      />
      {fault !== undefined && (
        <p class="fault" id="key-fault" role="alert">
          {fault}
        </p>
      )}
      <button type="submit" class="primary">
        Use this key
      </button>
    </form>
  );
}
