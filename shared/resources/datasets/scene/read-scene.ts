import { posix } from "node:path";
import type { SceneCamera, ScenePoint, SceneView } from "../../../methods/contract.ts";
import { ContentFault, type Faults } from "../faults.ts";
import type { Archive } from "./archive.ts";
import { type ColmapFiles, findColmap } from "./colmap.ts";
import { readCamerasBinary, readImagesBinary, readPointsBinary } from "./colmap-binary.ts";
import { readCamerasText, readImagesText, readPointsText } from "./colmap-text.ts";
import type { DraftView, GivenCamera } from "./draft.ts";
import { type ImageSize, imageSize } from "./image-size.ts";
import { fromColmap } from "./pose.ts";
import { findTransforms, readTransforms } from "./transforms.ts";

/** Posed views out of an archive, and where its points are. */
export interface Scene {
  readonly source: "transforms" | "colmap-text" | "colmap-binary";
  readonly views: readonly SceneView[];
  points(): AsyncGenerator<ScenePoint>;
}

const maxViews = 20_000;
/** Of an image's packed data; a JPEG's size comes after its metadata. */
const headBytes = 256 * 1024;
const lanes = 8;

/**
 * Reads the poses in an archive, and looks at each view's image. What is wrong with them goes to `faults`; views
 * without an image are kept. Throws a ContentFault when there are no poses.
 */
export async function readScene(archive: Archive, faults: Faults): Promise<Scene> {
  const transforms = findTransforms(archive);
  const colmap = transforms.length === 0 ? findColmap(archive) : undefined;
  if (transforms.length === 0 && colmap === undefined) {
    const message =
      "the archive has neither a transforms.json nor a COLMAP model (cameras and images, as .txt or .bin)";
    throw new ContentFault({ message });
  }
  const drafts = colmap
    ? await readColmap(archive, colmap, faults)
    : (await Promise.all(transforms.map((file) => readTransforms(archive, file, faults)))).flat();
  if (drafts.length > maxViews) {
    throw new ContentFault({
      message: `${drafts.length} views are more than the ${maxViews} that are allowed`,
    });
  }
  const find = imageFinder(archive, colmap?.folder);
  const views = await inLanes(drafts, (draft) => finishView(archive, draft, find, faults));
  return {
    source: colmap?.source ?? "transforms",
    views: views.filter((view) => view !== undefined),
    points: () => pointsOf(archive, colmap),
  };
}

async function* pointsOf(archive: Archive, colmap: ColmapFiles | undefined): AsyncGenerator<ScenePoint> {
  if (colmap?.points === undefined) return;
  yield* (colmap.source === "colmap-binary" ? readPointsBinary : readPointsText)(archive, colmap.points);
}

async function readColmap(archive: Archive, files: ColmapFiles, faults: Faults): Promise<DraftView[]> {
  const binary = files.source === "colmap-binary";
  const cameras = await (binary ? readCamerasBinary : readCamerasText)(archive, files.cameras, faults);
  const images = await (binary ? readImagesBinary : readImagesText)(archive, files.images, faults);
  if (images.length === 0) faults.add({ message: "the model has no images", file: files.images });
  return images.flatMap(({ name, camera: id, quaternion, translation, line }) => {
    const where = { file: files.images, ...(line !== undefined && { line }) };
    const camera = cameras.get(id);
    if (camera !== undefined) {
      return [{ path: name, camera, pose: fromColmap(quaternion, translation), where }];
    }
    // A camera that was refused has been told of already.
    if (faults.errors.every(({ file }) => file !== files.cameras)) {
      faults.add({ message: `${name} has the camera ${id}, which is not in the model`, ...where });
    }
    return [];
  });
}

type FindImage = (path: string) => string | undefined;

/**
 * Finds the file that a path means: that very file, the same with an image's ending (NeRF's synthetic scenes leave it
 * away), or, for COLMAP, the file of that name in the folder of the images.
 */
function imageFinder({ files }: Archive, model: string | undefined): FindImage {
  const folders = model === undefined ? [] : foldersOf(model);
  return (path) => {
    const places = [path, ...folders.map((folder) => posix.join(folder, path))];
    const names = places.flatMap((place) => [place, `${place}.png`, `${place}.jpg`, `${place}.jpeg`]);
    return names.find((name) => files.has(name));
  };
}

/** `images` beside the model, or above it. */
function foldersOf(model: string): string[] {
  const folders: string[] = [];
  for (let folder = model; ; folder = posix.dirname(folder)) {
    folders.push(posix.join(folder, "images"), folder);
    if (folder === ".") return folders;
  }
}

async function finishView(
  archive: Archive,
  { path, depthPath, split, camera, pose, where }: DraftView,
  find: FindImage,
  faults: Faults,
): Promise<SceneView | undefined> {
  if (faults.full()) return undefined;
  const image = find(path);
  const size = image === undefined ? undefined : await sizeOf(archive, image, faults);
  const fitted = fit(camera, size);
  if (fitted === "mismatch") {
    const message = `${path} is ${size?.width} x ${size?.height}, and its camera ${camera.width} x ${camera.height}`;
    faults.add({ message, ...where });
    return undefined;
  }
  const depth = depthPath === undefined ? undefined : find(depthPath);
  return {
    name: path,
    ...(image !== undefined && { image }),
    ...(depth !== undefined && { depth }),
    ...(split !== undefined && { split }),
    camera: fitted,
    pose,
  };
}

async function sizeOf(archive: Archive, file: string, faults: Faults): Promise<ImageSize | undefined> {
  try {
    const size = imageSize(await archive.head(file, headBytes));
    if (size === undefined) faults.add({ message: "is not a PNG, JPEG or WebP image", file });
    return size === "late" ? undefined : size;
  } catch (error) {
    if (!(error instanceof ContentFault)) throw error;
    faults.add(error.error);
    return undefined;
  }
}

/** The camera in pixels of the image that is there, which may be a smaller copy of the one that it was found for. */
function fit(given: GivenCamera, size: ImageSize | undefined): SceneCamera | "mismatch" {
  const width = given.width ?? size?.width ?? 0;
  const height = given.height ?? size?.height ?? 0;
  const image = size ?? { width, height };
  const scale = width === 0 ? 1 : image.width / width;
  if (height > 0 && Math.abs(image.height / height - scale) > 0.02 * scale) return "mismatch";
  const fx = given.fx ?? (given.angleX === undefined ? 0 : width / 2 / Math.tan(given.angleX / 2));
  const { fy = fx, cx = width / 2, cy = height / 2, model, distortion } = given;
  const inPixels = { fx: fx * scale, fy: fy * scale, cx: cx * scale, cy: cy * scale };
  return { model, width: image.width, height: image.height, ...inPixels, distortion };
}

async function inLanes<In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const done: Out[] = [];
  const left = items.entries();
  const lane = async () => {
    for (const [i, item] of left) done[i] = await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return done;
}
