/** Bytes that can be read anywhere, such as an object in the bucket. */
export interface ByteSource {
  readonly bytes: number;
  /** From `start` up to `end`, without the latter. */
  read(start: number, end: number): Promise<Buffer>;
}

const blockBytes = 256 * 1024;
const keptBlocks = 32;

/** Reads whole blocks and keeps the last few: a zip's table of contents is asked for in very small pieces. */
export function cached({ bytes, read }: ByteSource): ByteSource {
  const blocks = new Map<number, Promise<Buffer>>();
  const blockAt = (number: number): Promise<Buffer> => {
    const start = number * blockBytes;
    const block = blocks.get(number) ?? read(start, Math.min(bytes, start + blockBytes));
    blocks.delete(number);
    blocks.set(number, block);
    const [oldest] = blocks.keys();
    if (blocks.size > keptBlocks && oldest !== undefined) blocks.delete(oldest);
    block.catch(() => blocks.delete(number));
    return block;
  };
  return {
    bytes,
    async read(start, end) {
      const last = Math.min(end, bytes);
      if (start < 0 || start >= last) return Buffer.alloc(0);
      if (last - start > 4 * blockBytes) return read(start, last);
      const first = Math.floor(start / blockBytes);
      const numbers = Array.from({ length: Math.ceil(last / blockBytes) - first }, (_, i) => first + i);
      const whole = Buffer.concat(await Promise.all(numbers.map(blockAt)));
      return whole.subarray(start - first * blockBytes, last - first * blockBytes);
    },
  };
}
