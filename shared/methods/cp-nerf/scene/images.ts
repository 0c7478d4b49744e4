import { convertIndexedToRgb, decode as decodePng } from "fast-png";
import { decode as decodeJpeg } from "jpeg-js";

/** A decoded picture; numbers of pixels lie together, rows from the top. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array | Uint16Array | Float32Array;
}

const largestPixels = 64e6;

/** A JPEG or PNG. Throws with the file's name for what is neither, is broken, or is above 64 megapixels. */
export function decodeImage(bytes: Uint8Array, name: string): Raster {
  try {
    if (bytes[0] === 0xff && bytes[1] === 0xd8) {
      const { width, height, data } = decodeJpeg(bytes, {
        useTArray: true,
        formatAsRGBA: false,
        maxResolutionInMP: largestPixels / 1e6,
        maxMemoryUsageInMB: 1024,
      });
      return { width, height, channels: 3, data };
    }
    const png = decodePng(bytes);
    if (png.width * png.height > largestPixels) throw new RangeError("is above 64 megapixels");
    if (png.palette !== undefined)
      return {
        width: png.width,
        height: png.height,
        channels: 3,
        data: Uint8Array.from(convertIndexedToRgb(png)),
      };
    return {
      width: png.width,
      height: png.height,
      channels: png.channels,
      data: png.data instanceof Uint16Array ? png.data : Uint8Array.from(png.data),
    };
  } catch (error) {
    throw new Error(
      `${name} is no image that can be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** [height, width, 3] from 0 to 1: grey is three times the same, what is transparent is laid over white. */
export function toColour({ width, height, channels, data }: Raster): Float32Array {
  const largest = data instanceof Uint16Array ? 65_535 : 255;
  const hasAlpha = channels === 2 || channels === 4;
  const colour = new Float32Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = pixel * channels;
    const alpha = hasAlpha ? (data[at + channels - 1] ?? 0) / largest : 1;
    for (let c = 0; c < 3; c++) {
      const shown = (data[at + (channels >= 3 ? c : 0)] ?? 0) / largest;
      colour[3 * pixel + c] = alpha * shown + 1 - alpha;
    }
  }
  return colour;
}

/** [height, width] in units of the world: the first channel times `scale`, NaN where it is 0 or the largest number there is. */
export function toDepth({ width, height, channels, data }: Raster, scale: number): Float32Array {
  const unknown =
    data instanceof Uint16Array ? 65_535 : data instanceof Uint8Array ? 255 : Number.POSITIVE_INFINITY;
  return Float32Array.from({ length: width * height }, (_, pixel) => {
    const value = data[pixel * channels] ?? 0;
    return value > 0 && value < unknown ? value * scale : Number.NaN;
  });
}
