import type { ModelStatus } from "../../resources/models/record.ts";
import type { RunStatus } from "../../resources/runs/status.ts";

type Shown = RunStatus | ModelStatus | "pending" | "invalid";

/** Shapes, so that no reader needs the colour. */
const marks: Readonly<Record<Shown, string>> = {
  queued: "M8 4.5V8l2.5 1.5",
  pending: "M8 4.5V8l2.5 1.5",
  uploading: "M8 4.5V8l2.5 1.5",
  checking: "M8 4.5V8l2.5 1.5",
  running: "M6.5 5.5v5l4-2.5z",
  succeeded: "M5 8.2l2.2 2.2L11.2 6",
  ready: "M5 8.2l2.2 2.2L11.2 6",
  failed: "M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4",
  invalid: "M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4",
  canceled: "M5.5 8h5",
};

/** A status in a word, with its mark and colour. */
export function Status({ status }: { status: Shown }) {
  return (
    <span class={`status ${status}`}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <circle cx="8" cy="8" r="6.75" fill="none" stroke="currentColor" stroke-width="1.5" />
        <path
          d={marks[status]}
          fill={status === "running" ? "currentColor" : "none"}
          stroke="currentColor"
          stroke-width="1.6"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </svg>
      {status}
    </span>
  );
}
