import { useState } from "preact/hooks";
import { isObject, type JsonObject } from "../../../client/json.ts";
import { key } from "../../api/key.ts";
import { asClient, asCommand, asCurl, type Request } from "../../form/code.ts";
import { Code } from "../../parts/code.tsx";
import { Tabs } from "../../parts/tabs.tsx";

interface AsCodeProps {
  readonly request: Omit<Request, "origin" | "keyed">;
  readonly setInput: (input: JsonObject) => void;
}

/** The same run as JSON that can be edited, and as others would start it. */
export function AsCode({ request, setInput }: AsCodeProps) {
  const whole: Request = { ...request, origin: location.origin, keyed: key() !== undefined };
  return (
    <aside class="as-code" aria-label="The same as code">
      <div>
        <h2>The same as code</h2>
        <Tabs
          label="The same as code"
          tabs={[
            {
              name: "curl",
              label: "curl",
              content: () => <Code text={asCurl(whole)} label="the curl command" />,
            },
            {
              name: "tenfold",
              label: "tenfold",
              content: () => <Code text={asCommand(whole)} label="the tenfold command" />,
            },
            {
              name: "client",
              label: "TypeScript",
              content: () => <Code text={asClient(whole)} label="the TypeScript" />,
            },
            {
              name: "json",
              label: "JSON",
              content: () => <JsonInput input={request.input} setInput={setInput} />,
            },
          ]}
        />
      </div>
    </aside>
  );
}

function JsonInput({ input, setInput }: { input: JsonObject; setInput: (input: JsonObject) => void }) {
  const [text, setText] = useState(JSON.stringify(input, undefined, 2));
  const [fault, setFault] = useState<string>();
  const edit = (given: string) => {
    setText(given);
    try {
      const value: unknown = JSON.parse(given);
      if (!isObject(value)) throw new Error("An input is an object: { … }");
      setInput(value);
      setFault(undefined);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div class="field">
      <label for="json-input">Input as JSON, laid over the preset</label>
      <textarea
        id="json-input"
        class="mono"
        rows={Math.min(20, Math.max(4, text.split("\n").length + 1))}
        spellcheck={false}
        value={text}
        aria-invalid={fault !== undefined}
        aria-describedby={fault === undefined ? undefined : "json-fault"}
        onInput={({ currentTarget }) => edit(currentTarget.value)}
      />
      {fault !== undefined && (
        <p class="fault" id="json-fault" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
