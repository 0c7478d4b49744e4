import { Code } from "./code.tsx";

/** A value as JSON. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  return <Code text={JSON.stringify(value, undefined, 2)} label={label} />;
}
