import type { ComponentChildren } from "preact";
import { Scroll } from "./scroll.tsx";

export interface Column {
  readonly label: ComponentChildren;
  readonly figures?: boolean;
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
  return (
    <Scroll label={caption}>
      <table>
        <caption class={quiet ? "hidden" : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ label, figures }, index) => (
              <th key={index} scope="col" class={figures ? "number" : undefined}>
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
                  <th key={column} scope="row" class={columns[column]?.figures ? "number" : undefined}>
                    {cell}
                  </th>
                ) : (
                  <td key={column} class={columns[column]?.figures ? "number" : undefined}>
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
