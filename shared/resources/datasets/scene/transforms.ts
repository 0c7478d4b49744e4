import { posix } from "node:path";
import { ContentFault, cut, type Faults } from "../faults.ts";
import { countKeys, duplicateKey } from "../reading/duplicate-key.ts";
import { type JsonObject, placeIn, syntaxError, tooDeep } from "../reading/json-row.ts";
import type { Archive } from "./archive.ts";
import type { DraftView, GivenCamera } from "./draft.ts";
import { poseFault } from "./pose.ts";

const maxJsonBytes = 32 * 1024 * 1024;

/** The files of poses, of the shallowest folder that has some: transforms.json, or one for each split. */
export function findTransforms(archive: Archive): string[] {
  const found = [...archive.files.keys()].filter((name) => /(^|\/)transforms(_\w+)?\.json$/.test(name));
  const depth = (name: string) => name.split("/").length;
  const [folder] = found.toSorted((a, b) => depth(a) - depth(b)).map(posix.dirname);
  const here = found.filter((name) => posix.dirname(name) === folder).sort();
  const whole = here.filter((name) => posix.basename(name) === "transforms.json");
  return whole.length > 0 ? whole : here;
}

/** Reads the views of one file of poses, in the manner of NeRF's synthetic scenes, instant-ngp and nerfstudio. */
export async function readTransforms(archive: Archive, file: string, faults: Faults): Promise<DraftView[]> {
  const given = await readJson(archive, file);
  const split = /transforms_(\w+)\.json$/.exec(file)?.[1];
  const { frames } = given;
  if (!Array.isArray(frames) || frames.length === 0) {
    faults.add({ message: "must be a list of views", file, field: "/frames" });
    return [];
  }
  return frames.flatMap((frame: unknown, i) => {
    const where = { file, field: `/frames/${i}` };
    if (typeof frame !== "object" || frame === null || Array.isArray(frame)) {
      faults.add({ message: "must be an object", ...where });
      return [];
    }
    return readFrame(given, frame as JsonObject, where, split, faults);
  });
}

async function readJson(archive: Archive, file: string): Promise<JsonObject> {
  const text = (await archive.bytes(file, maxJsonBytes)).toString("utf8").replace(/^\ufeff/, "");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ContentFault({ ...syntaxError(text, 1, 0), file });
    throw error;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ContentFault({ message: "must be a JSON object with frames", file, line: 1 });
  }
  const keys = countKeys(value);
  if (Number.isNaN(keys)) throw new ContentFault({ message: tooDeep, file, line: 1 });
  const twice = duplicateKey(text, keys);
  if (twice !== undefined) {
    const message = `the key ${JSON.stringify(cut(twice.key, 60))} comes twice in one object`;
    throw new ContentFault({ message, file, ...placeIn(text, twice.at, 1, 0), field: twice.pointer });
  }
  return value as JsonObject;
}

function readFrame(
  given: JsonObject,
  frame: JsonObject,
  where: { readonly file: string; readonly field: string },
  split: string | undefined,
  faults: Faults,
): DraftView[] {
  const { file_path: path, depth_file_path: depthPath, transform_matrix: matrix } = frame;
  if (typeof path !== "string" || path === "") {
    faults.add({
      message: "must be the path of an image",
      file: where.file,
      field: `${where.field}/file_path`,
    });
    return [];
  }
  const pose = Array.isArray(matrix) ? matrix.flat() : [];
  const rows = Array.isArray(matrix) && matrix.length === 4 && matrix.every((row) => row?.length === 4);
  const fault = rows
    ? poseFault(pose.map((one) => (typeof one === "number" ? one : Number.NaN)))
    : "must be 4 x 4 finite numbers";
  if (fault !== undefined) {
    faults.add({ message: fault, file: where.file, field: `${where.field}/transform_matrix` });
    return [];
  }
  const camera = readCamera({ ...given, ...frame });
  if (camera.fx === undefined && camera.angleX === undefined) {
    const message = "has no focal length: give fl_x, or camera_angle_x, for all views or for each";
    faults.add({ message, ...where });
    return [];
  }
  const folder = posix.dirname(where.file);
  const within = (name: string) => posix.normalize(posix.join(folder, name));
  return [
    {
      path: within(path),
      depthPath: typeof depthPath === "string" ? within(depthPath) : undefined,
      split,
      camera,
      pose,
      where,
    },
  ];
}

const distortions = ["k1", "k2", "k3", "k4", "p1", "p2"];

function readCamera(given: JsonObject): GivenCamera {
  const positive = (name: string) => {
    const value = given[name];
    return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined;
  };
  const terms = distortions.flatMap((name) => {
    const value = given[name];
    return typeof value === "number" && value !== 0 ? [[name, value] as const] : [];
  });
  return {
    model: typeof given.camera_model === "string" ? given.camera_model : "PINHOLE",
    width: positive("w"),
    height: positive("h"),
    fx: positive("fl_x"),
    fy: positive("fl_y"),
    cx: positive("cx"),
    cy: positive("cy"),
    angleX: positive("camera_angle_x"),
    distortion: Object.fromEntries(terms),
  };
}
