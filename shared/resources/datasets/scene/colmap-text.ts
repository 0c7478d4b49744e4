import type { ScenePoint } from "../../../methods/contract.ts";
import { ContentFault, type Faults } from "../faults.ts";
import type { Archive } from "./archive.ts";
import { type ColmapImage, cameraModels, colmapCamera } from "./colmap.ts";
import type { GivenCamera } from "./draft.ts";

interface Line {
  readonly number: number;
  readonly text: string;
}

/** The longest line: an image's key points stand in one. */
const maxLineBytes = 64 * 1024 * 1024;

async function* linesOf(archive: Archive, file: string): AsyncGenerator<Line> {
  let number = 1;
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of await archive.stream(file)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxLineBytes)
      throw new ContentFault({ message: "the line is too long", file, line: number });
    for (const text of lines) yield { number: number++, text: text.trim() };
  }
  if (rest.trim() !== "") yield { number, text: rest.trim() };
}

const isComment = ({ text }: Line) => text.startsWith("#");
const numbersOf = (cells: readonly string[]) =>
  cells.map((cell) => (cell === "" ? Number.NaN : Number(cell)));

/** Reads `cameras.txt`: id, model, width, height, parameters. */
export async function readCamerasText(archive: Archive, file: string, faults: Faults) {
  const cameras = new Map<number, GivenCamera>();
  for await (const line of linesOf(archive, file)) {
    if (isComment(line) || line.text === "") continue;
    const [id = "", name = "", ...rest] = line.text.split(/\s+/);
    const model = cameraModels.find(([known]) => known === name);
    const [width = 0, height = 0, ...values] = numbersOf(rest);
    const at = { file, line: line.number };
    if (model === undefined) faults.add({ message: `there is no camera model ${name || "(none)"}`, ...at });
    else if (values.length !== model[1].length) {
      const message = `${name} has ${model[1].length} parameters (${model[1].join(" ")}); ${values.length} are here`;
      faults.add({ message, ...at });
    } else if (![width, height, ...values].every(Number.isFinite) || width < 1 || height < 1) {
      faults.add({ message: "a camera's size and parameters have to be finite numbers", ...at });
    } else cameras.set(Number(id), colmapCamera(model, width, height, values));
  }
  return cameras;
}

/** Reads `images.txt`: two lines an image, the pose with the name and then the key points. */
export async function readImagesText(archive: Archive, file: string, faults: Faults): Promise<ColmapImage[]> {
  const images: ColmapImage[] = [];
  let keyPoints = false;
  for await (const line of linesOf(archive, file)) {
    if (isComment(line)) continue;
    // The second line of an image may be empty; between images no line is.
    if (keyPoints) {
      keyPoints = false;
      continue;
    }
    if (line.text === "") continue;
    keyPoints = true;
    const cells = line.text.split(/\s+/);
    const numbers = numbersOf(cells.slice(1, 9));
    const name = cells.slice(9).join(" ");
    if (numbers.length !== 8 || !numbers.every(Number.isFinite) || name === "") {
      const message = "an image has an id, a quaternion, a translation, a camera and a name";
      faults.add({ message, file, line: line.number });
      if (faults.full()) break;
      continue;
    }
    const quaternion = numbers.slice(0, 4);
    if (Math.abs(Math.hypot(...quaternion) - 1) > 0.01) {
      faults.add({ message: "the quaternion has not the length 1", file, line: line.number });
    }
    const camera = numbers[7] ?? 0;
    images.push({ name, camera, quaternion, translation: numbers.slice(4, 7), line: line.number });
  }
  return images;
}

/** Reads `points3D.txt`: id, place, colour, error, and where it was seen. */
export async function* readPointsText(archive: Archive, file: string): AsyncGenerator<ScenePoint> {
  for await (const line of linesOf(archive, file)) {
    if (isComment(line) || line.text === "") continue;
    const [, x = 0, y = 0, z = 0, r = 0, g = 0, b = 0] = numbersOf(line.text.split(/\s+/, 7));
    if (![x, y, z, r, g, b].every(Number.isFinite)) {
      throw new ContentFault({ message: "a point has an id, a place and a colour", file, line: line.number });
    }
    yield { position: [x, y, z], colour: [r, g, b] };
  }
}
