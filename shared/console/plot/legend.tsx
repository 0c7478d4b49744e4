import { colourAt, styleAt } from "../../report/palette.ts";
import { readFigure } from "./figure.ts";
import type { Line } from "./line.ts";

interface LegendProps {
  readonly lines: readonly Line[];
  readonly figures: readonly (number | null | undefined)[];
  /** The step that is read off; undefined for the last figures. */
  readonly step: number | undefined;
  readonly hidden: ReadonlySet<string>;
  readonly toggle: (label: string) => void;
}

/** The lines by name, each a button that hides it, with its figure. */
export function Legend({ lines, figures, step, hidden, toggle }: LegendProps) {
  return (
    <div class="legend">
      <ul>
        {lines.map(({ label, colour, dash }, index) => (
          <li key={label}>
            <button type="button" aria-pressed={!hidden.has(label)} onClick={() => toggle(label)}>
              <svg viewBox="0 0 24 8" width="24" height="8" aria-hidden="true">
                <line
                  x1="0"
                  y1="4"
                  x2="24"
                  y2="4"
                  stroke-width="2.5"
                  stroke-dasharray={styleAt(dash).dash}
                  style={{ stroke: colourAt(colour) }}
                />
              </svg>
              <span class="legend-label">{label}</span>
              <span class="figure">{readFigure(figures[index])}</span>
            </button>
          </li>
        ))}
      </ul>
      <p class="legend-step">{step === undefined ? "last figures" : `step ${readFigure(step)}`}</p>
    </div>
  );
}
