import { stripVTControlCharacters, styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** Something that is drawn over itself on the last line, such as a bar; it makes way for a line and comes back. */
export interface Overlay {
  suspend(): void;
  resume(): void;
}

/** One of the command's two outputs: lines, colours where the stream has them, and its width. */
export interface Screen {
  readonly stream: Output;
  /** Whether a person watches: a bar may be drawn over itself. */
  readonly interactive: boolean;
  /** Columns of the terminal now; without bound when nobody watches, so that lines stay whole for other tools. */
  readonly width: () => number;
  readonly line: (text?: string) => void;
  readonly paint: (style: Style, text: string) => string;
  overlay?: Overlay | undefined;
}

/** A screen on a stream. Colours follow NO_COLOR, FORCE_COLOR and whether the stream is a terminal. */
export function screenOn(stream: Output): Screen {
  const screen: Screen = {
    stream,
    interactive: stream.isTTY === true && process.env.TERM !== "dumb",
    width: () => (stream.isTTY === true ? (stream.columns ?? 80) : Number.POSITIVE_INFINITY),
    line: (text = "") => {
      screen.overlay?.suspend();
      stream.write(`${text}\n`);
      screen.overlay?.resume();
    },
    paint: (style, text) => styleText(style, text, { stream, validateStream: true }),
  };
  return screen;
}

/** Text from elsewhere (a method's message, a file's name), without what would steer the terminal. */
export const plain = (text: string): string =>
  stripVTControlCharacters(text).replaceAll(/(?![\t\n])\p{Cc}/gu, " ");

/** Columns that a text takes, near enough for choosing widths. */
export const widthOf = (text: string): number =>
  Math.max(
    ...stripVTControlCharacters(text)
      .split("\n")
      .map((line) => [...line].length),
  );
