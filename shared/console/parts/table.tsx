import type { ComponentChildren } from "preact";
import { Scroll } from "./scroll.tsx";

export interface Column {
  readonly label: ComponentChildren;
  readonly figures?: boolean;
  /** Left out where there is little room. */
  readonly secondary?: boolean;
}

interface TableProps {
  readonly caption: string;
  /** Whether the caption is only read out. */
  readonly quiet?: boolean;
  readonly columns: readonly Column[];
  /** Cells by row; the first cell names its row. */
  readonly rows: readonly (readonly ComponentChildren[])[];
}

/** A dense table that scrolls within itself. */
export function Table({ caption, quiet = false, columns, rows }: TableProps) {
  const classes = columns.map(
    ({ figures, secondary }) =>
      [figures && "number", secondary && "secondary"].filter(Boolean).join(" ") || undefined,
  );
  return (
    <Scroll label={caption}>
      <table>
        <caption class={quiet ? "hidden" : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ label }, index) => (
              <th key={index} scope="col" class={classes[index]}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) =>
                column === 0 ? (
                  <th key={column} scope="row" class={classes[column]}>
                    {cell}
                  </th>
                ) : (
                  <td key={column} class={classes[column]}>
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
