import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { aligned } from "../data/series.ts";
import { smooth } from "../data/smooth.ts";
import { Legend } from "./legend.tsx";
import type { Line } from "./line.ts";
import { plotOptions } from "./options.ts";

interface PlotProps {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Share of what came before in each figure, in [0, 1). */
  readonly smoothing: number;
  readonly log: boolean;
}

const height = 240;

/** Lines over steps, with a legend that reads them off and hides them. */
export function Plot({ title, lines, smoothing, log }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<number>();
  const theme = useThemeCount();
  const width = useWidth(box);
  const { steps, values } = useMemo(() => aligned(lines), [lines]);
  const smoothed = useMemo(() => values.map((one) => smooth(one, smoothing)), [values, smoothing]);
  const raw = smoothing > 0;
  // What has no logarithm is left out of a logarithmic axis.
  const drawn = (raw ? [...smoothed, ...values] : smoothed).map((one) =>
    log ? one.map((value) => (typeof value === "number" && value <= 0 ? null : value)) : one,
  );
  const shape = JSON.stringify([
    lines.map(({ label, colour, dash }) => [label, colour, dash]),
    [...hidden],
    raw,
    log,
    theme,
  ]);

  // New points are given to the plot that is there; another look makes a new one.
  useEffect(() => {
    if (box.current === null || width === 0) return;
    const shown = ({ label }: Line) => !hidden.has(label);
    const look = { width, height, log, raw, shown, onCursor: setCursor };
    const made = new uPlot(plotOptions(lines, look), [steps, ...drawn], box.current);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [shape, width > 0]);

  useEffect(() => plot.current?.setData([steps, ...drawn]), [lines, smoothing]);
  useEffect(() => {
    if (width > 0) plot.current?.setSize({ width, height });
  }, [width]);

  const toggle = (label: string) =>
    setHidden((now) =>
      now.has(label) ? new Set([...now].filter((one) => one !== label)) : new Set([...now, label]),
    );
  return (
    <figure class="plot">
      <figcaption>{title}</figcaption>
      <div ref={box} class="plot-canvas" role="img" aria-label={describe(title, lines, steps)} />
      <Legend
        lines={lines}
        figures={smoothed.map((one) => figureAt(one, cursor))}
        step={cursor === undefined ? undefined : steps[cursor]}
        hidden={hidden}
        toggle={toggle}
      />
    </figure>
  );
}

/** The figure at the cursor; without one the last that there is. */
const figureAt = (values: readonly (number | null | undefined)[], index: number | undefined) =>
  index === undefined ? values.findLast((value) => typeof value === "number") : values[index];

function describe(title: string, lines: readonly Line[], steps: readonly number[]): string {
  const count = lines.length === 1 ? "one curve" : `${lines.length} curves`;
  return `${title}: ${count} over steps ${steps[0] ?? 0} to ${steps.at(-1) ?? 0}; the last figures are below`;
}

function useWidth(box: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (box.current === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return width;
}

/** Grows whenever light turns dark or back: what is on a canvas does not follow by itself. */
function useThemeCount(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const turn = () => setCount((now) => now + 1);
    addEventListener("themechange", turn);
    system.addEventListener("change", turn);
    return () => {
      removeEventListener("themechange", turn);
      system.removeEventListener("change", turn);
    };
  }, []);
  return count;
}
