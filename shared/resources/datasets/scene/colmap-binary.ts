import type { ScenePoint } from "../../../methods/contract.ts";
import { ContentFault, type Faults } from "../faults.ts";
import type { Archive } from "./archive.ts";
import { type ColmapImage, cameraModels, colmapCamera } from "./colmap.ts";
import type { GivenCamera } from "./draft.ts";

/** Reads a stream of bytes from front to back, little endian. Throws a ContentFault when it ends too early. */
interface Cursor {
  take(bytes: number): Promise<Buffer>;
  skip(bytes: number): Promise<void>;
  /** Up to a zero byte, which is passed over. */
  name(): Promise<string>;
  offset(): number;
}

async function cursorOn(archive: Archive, file: string): Promise<Cursor> {
  const chunks = (await archive.stream(file))[Symbol.asyncIterator]();
  let buffer: Buffer = Buffer.alloc(0);
  let offset = 0;
  const early = () =>
    new ContentFault({
      message: "the file ends too early, or is no COLMAP model",
      file,
      offset: offset + buffer.length,
    });
  const more = async () => {
    const { done, value } = await chunks.next();
    if (done) throw early();
    buffer = buffer.length === 0 ? value : Buffer.concat([buffer, value]);
  };
  const drop = (bytes: number) => {
    buffer = buffer.subarray(bytes);
    offset += bytes;
  };
  return {
    async take(bytes) {
      while (buffer.length < bytes) await more();
      const taken = buffer.subarray(0, bytes);
      drop(bytes);
      return taken;
    },
    async skip(bytes) {
      for (let left = bytes; left > 0; ) {
        if (buffer.length === 0) await more();
        const step = Math.min(left, buffer.length);
        drop(step);
        left -= step;
      }
    },
    async name() {
      for (;;) {
        const end = buffer.indexOf(0);
        if (end !== -1) {
          const text = buffer.toString("utf8", 0, end);
          drop(end + 1);
          return text;
        }
        if (buffer.length > 4096) throw new ContentFault({ message: "a name has no end", file, offset });
        await more();
      }
    },
    offset: () => offset,
  };
}

const maxRecords = 100_000_000;

/** How many records follow. Throws for a number that no model has. */
async function countOf(cursor: Cursor, file: string): Promise<number> {
  const count = Number((await cursor.take(8)).readBigUInt64LE());
  if (count > maxRecords) throw new ContentFault({ message: `${count} records cannot be`, file, offset: 0 });
  return count;
}

const doubles = (bytes: Buffer, from: number, count: number) =>
  Array.from({ length: count }, (_, i) => bytes.readDoubleLE(from + 8 * i));

export async function readCamerasBinary(archive: Archive, file: string, faults: Faults) {
  const cameras = new Map<number, GivenCamera>();
  const cursor = await cursorOn(archive, file);
  const count = await countOf(cursor, file);
  for (let i = 0; i < count; i++) {
    const offset = cursor.offset();
    const head = await cursor.take(24);
    const number = head.readInt32LE(4);
    const model = cameraModels[number];
    if (model === undefined) {
      throw new ContentFault({ message: `there is no camera model of number ${number}`, file, offset });
    }
    const values = doubles(await cursor.take(8 * model[1].length), 0, model[1].length);
    const [width, height] = [Number(head.readBigUInt64LE(8)), Number(head.readBigUInt64LE(16))];
    if (!values.every(Number.isFinite) || width < 1 || height < 1) {
      faults.add({ message: "a camera's size and parameters have to be finite numbers", file, offset });
    } else cameras.set(head.readInt32LE(0), colmapCamera(model, width, height, values));
  }
  return cameras;
}

export async function readImagesBinary(
  archive: Archive,
  file: string,
  faults: Faults,
): Promise<ColmapImage[]> {
  const images: ColmapImage[] = [];
  const cursor = await cursorOn(archive, file);
  const count = await countOf(cursor, file);
  for (let i = 0; i < count; i++) {
    const offset = cursor.offset();
    const head = await cursor.take(64);
    const name = await cursor.name();
    const quaternion = doubles(head, 4, 4);
    const translation = doubles(head, 36, 3);
    if (![...quaternion, ...translation].every(Number.isFinite)) {
      faults.add({ message: `the pose of ${name} is not finite`, file, offset });
    } else if (Math.abs(Math.hypot(...quaternion) - 1) > 0.01) {
      faults.add({ message: `the quaternion of ${name} has not the length 1`, file, offset });
    }
    images.push({ name, camera: head.readInt32LE(60), quaternion, translation });
    const keyPoints = Number((await cursor.take(8)).readBigUInt64LE());
    if (keyPoints > maxRecords)
      throw new ContentFault({ message: `${keyPoints} key points cannot be`, file, offset });
    await cursor.skip(24 * keyPoints);
  }
  return images;
}

export async function* readPointsBinary(archive: Archive, file: string): AsyncGenerator<ScenePoint> {
  const cursor = await cursorOn(archive, file);
  const count = await countOf(cursor, file);
  for (let i = 0; i < count; i++) {
    const offset = cursor.offset();
    const head = await cursor.take(51);
    const [x = 0, y = 0, z = 0] = doubles(head, 8, 3);
    const track = Number(head.readBigUInt64LE(43));
    if (![x, y, z].every(Number.isFinite) || track > maxRecords) {
      throw new ContentFault({ message: "a point is not finite", file, offset });
    }
    await cursor.skip(8 * track);
    yield { position: [x, y, z], colour: [head.readUInt8(32), head.readUInt8(33), head.readUInt8(34)] };
  }
}
