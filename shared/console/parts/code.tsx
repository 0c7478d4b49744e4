import { useState } from "preact/hooks";
import { Scroll } from "./scroll.tsx";

/** Text to be copied. */
export function Code({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <div class="code">
      <Scroll label={label}>
        <pre>{text}</pre>
      </Scroll>
      <button type="button" class="small" onClick={copy} aria-label={`Copy ${label}`}>
        <span aria-live="polite">{copied ? "Copied" : "Copy"}</span>
      </button>
    </div>
  );
}
