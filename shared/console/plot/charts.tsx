import { useState } from "preact/hooks";
import type { Line } from "./line.ts";
import { Plot } from "./plot.tsx";

/** Lines that belong on one pair of axes. */
export interface ChartLines {
  readonly name: string;
  readonly lines: readonly Line[];
}

/** Plots side by side, all smoothed and scaled alike. */
export function Charts({ charts }: { charts: readonly ChartLines[] }) {
  const [smoothing, setSmoothing] = useState(0);
  const [log, setLog] = useState(false);
  return (
    <div class="charts">
      <div class="chart-controls">
        <label>
          Smoothing
          <input
            type="range"
            min="0"
            max="0.99"
            step="0.01"
            value={smoothing}
            onInput={({ currentTarget }) => setSmoothing(Number(currentTarget.value))}
          />
          <output>{smoothing.toFixed(2)}</output>
        </label>
        <label>
          <input
            type="checkbox"
            checked={log}
            onChange={({ currentTarget }) => setLog(currentTarget.checked)}
          />
          Logarithmic
        </label>
      </div>
      <div class="chart-grid">
        {charts.map(({ name, lines }) => (
          <Plot key={name} title={name} lines={lines} smoothing={smoothing} log={log} />
        ))}
      </div>
    </div>
  );
}
