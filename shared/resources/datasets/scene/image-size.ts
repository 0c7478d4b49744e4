export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The size of a PNG, JPEG or WebP image from the beginning of its file; undefined for anything else. A JPEG whose
 * size comes later than these bytes is `late`.
 */
export function imageSize(head: Buffer): ImageSize | "late" | undefined {
  if (head.length < 30) return undefined;
  if (head.readUInt32BE(0) === 0x89504e47) {
    return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
  }
  if (head.readUInt16BE(0) === 0xffd8) return jpegSize(head);
  if (head.toString("latin1", 0, 4) === "RIFF" && head.toString("latin1", 8, 12) === "WEBP")
    return webpSize(head);
  return undefined;
}

function jpegSize(head: Buffer): ImageSize | "late" | undefined {
  for (let at = 2; at + 9 < head.length; ) {
    if (head[at] !== 0xff) return undefined;
    const marker = head[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: head.readUInt16BE(at + 5), width: head.readUInt16BE(at + 7) };
    at += 2 + head.readUInt16BE(at + 2);
  }
  return "late";
}

function webpSize(head: Buffer): ImageSize | undefined {
  const form = head.toString("latin1", 12, 16);
  if (form === "VP8X") return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
  if (form === "VP8L") {
    const bits = head.readUInt32LE(21);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (form === "VP8 ")
    return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
  return undefined;
}
