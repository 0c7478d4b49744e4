import type { Dataset } from "../../resources/datasets/record.ts";
import type { ModelStatus } from "../../resources/models/record.ts";
import type { ContentError } from "../../resources/uploads/record.ts";
import { plain, type Screen } from "../screen.ts";

const waiting = ["○", "dim"] as const;
const refused = ["✘", "red"] as const;
const marks = {
  pending: waiting,
  uploading: waiting,
  checking: waiting,
  ready: ["✔", "green"],
  invalid: refused,
  failed: refused,
} as const;

/** How far something that was uploaded is. */
export function statusOf(status: Dataset["status"] | ModelStatus, screen: Screen): string {
  const [mark, style] = marks[status];
  return screen.paint(style, `${mark} ${status}`);
}

/** Where in a content something is wrong: `views.zip/transforms.json line 3, column 7, /frames/0`. */
function placeOf({ file, line, column, field, offset }: ContentError): string {
  const grouped = (count: number) => count.toLocaleString("en-US");
  const parts = [
    ...(file === undefined ? [] : [plain(file)]),
    ...(line === undefined ? [] : [`line ${grouped(line)}`]),
    ...(column === undefined ? [] : [`column ${grouped(column)}`]),
    ...(field === undefined || field === "" ? [] : [plain(field)]),
  ];
  return parts.length === 0 && offset !== undefined ? `byte ${grouped(offset)}` : parts.join(", ");
}

/** The errors in what was uploaded, one a line, each with its place. */
export function printErrors(errors: readonly ContentError[] | undefined, screen: Screen): void {
  for (const error of errors ?? []) {
    const place = placeOf(error);
    screen.line(`  ${place === "" ? "" : `${place}: `}${plain(error.message)}`);
  }
}
