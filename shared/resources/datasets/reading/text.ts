import type { Format } from "../profile.ts";
import { openContent } from "./content.ts";

/** A text without what differs between systems: decompressed, without a mark, its lines ended by line feeds. */
export async function* readText(
  body: AsyncIterable<Uint8Array>,
  { newlines }: Format,
): AsyncGenerator<Buffer> {
  const { chunks } = await openContent(body);
  if (newlines === "lf" || newlines === "none") yield* chunks;
  else yield* withLineFeeds(chunks);
}

async function* withLineFeeds(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  /** The chunk before ended in a carriage return, which is kept until it is known what follows. */
  let held = false;
  for await (const chunk of chunks) {
    const bytes: Buffer = held ? Buffer.concat([Buffer.from("\r"), chunk]) : chunk;
    held = bytes.at(-1) === 0x0d;
    const whole = held ? bytes.subarray(0, -1) : bytes;
    yield whole.includes("\r\n")
      ? Buffer.from(whole.toString("latin1").replaceAll("\r\n", "\n"), "latin1")
      : whole;
  }
  if (held) yield Buffer.from("\r");
}
