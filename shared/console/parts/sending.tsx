import { formatBytes } from "../../client/figures.ts";
import { Bar } from "./bar.tsx";

/** How far an upload is. */
export function Sending({ sent, size, stop }: { sent: number; size: number; stop: () => void }) {
  return (
    <div class="sending">
      <Bar share={size === 0 ? 1 : Math.min(1, sent / size)} label="Upload" />
      <p class="figure">
        {formatBytes(sent)} of {formatBytes(size)}
      </p>
      <button type="button" onClick={stop}>
        Stop
      </button>
    </div>
  );
}
