import type { SceneView } from "../../methods/contract.ts";
import type { Checked } from "./checked.ts";
import { ContentFault, collectFaults, inOrder } from "./faults.ts";
import type { ProfileOf } from "./profile.ts";
import { openArchive } from "./scene/archive.ts";
import { readScene, type Scene } from "./scene/read-scene.ts";
import type { ByteSource } from "./scene/source.ts";
import { tallyCounts } from "./tally/counts.ts";
import { previewTable } from "./tally/preview.ts";

/**
 * Checks that a zip archive holds posed images: a transforms.json or a COLMAP model, with finite poses and cameras,
 * and images that fit them. Nothing is unpacked; of an image the beginning is read.
 */
export async function checkScene(source: ByteSource): Promise<Checked> {
  const faults = collectFaults();
  try {
    const archive = await openArchive(source, faults);
    if (faults.errors.length > 0) return { errors: inOrder(faults.errors) };
    const scene = await readScene(archive, faults);
    const { views } = scene;
    if (faults.errors.length === 0 && views.every(({ image }) => image === undefined)) {
      faults.add({
        message: `none of the ${views.length} views has its image in the archive: ${views[0]?.name}`,
      });
    }
    const points = faults.errors.length === 0 ? await countPoints(scene) : 0;
    if (faults.errors.length > 0) return { errors: inOrder(faults.errors) };
    const bytes = [...archive.files.values()].reduce((sum, file) => sum + file.bytes, 0);
    return { profile: profileOf(scene, points, bytes), preview: previewOf(views) };
  } catch (error) {
    if (!(error instanceof ContentFault)) throw error;
    faults.add(error.error);
    return { errors: inOrder(faults.errors) };
  }
}

async function countPoints(scene: Scene): Promise<number> {
  let points = 0;
  for await (const _ of scene.points()) points++;
  return points;
}

function profileOf({ source, views }: Scene, points: number, bytes: number): ProfileOf<"scene"> {
  const splits = tallyCounts();
  for (const { split } of views) if (split !== undefined) splits.add(split);
  const alike = <T>(keys: readonly T[]) => {
    const groups = new Map<string, { readonly key: T; count: number }>();
    for (const key of keys) {
      const group = groups.get(JSON.stringify(key)) ?? { key, count: 0 };
      group.count++;
      groups.set(JSON.stringify(key), group);
    }
    return [...groups.values()].sort((a, b) => b.count - a.count).slice(0, 20);
  };
  const cameras = alike(views.map(({ camera: { model, width, height } }) => ({ model, width, height })));
  const images = alike(
    views.flatMap(({ image, camera: { width, height } }) => (image === undefined ? [] : [{ width, height }])),
  );
  return {
    kind: "scene",
    format: { compression: "zip", layout: "archive", bytes, bom: false, newlines: "none" },
    source,
    views: views.length,
    missingImages: views.filter(({ image }) => image === undefined).length,
    depthMaps: views.filter(({ depth }) => depth !== undefined).length,
    points,
    splits: splits.top(),
    cameras: cameras.map(({ key, count }) => ({ ...key, views: count })),
    images: images.map(({ key, count }) => ({ ...key, count })),
  };
}

const round = (value: number | undefined) => String(Number((value ?? 0).toFixed(3)));

function previewOf(views: readonly SceneView[]) {
  const columns = ["image", "split", "size", "focal length", "position"];
  const rows = views.map(({ name, image, split, camera, pose }) => [
    image ?? `${name} (missing)`,
    split ?? "",
    `${camera.width} x ${camera.height}`,
    round(camera.fx),
    [3, 7, 11].map((i) => round(pose[i])).join(" "),
  ]);
  return previewTable(columns, rows);
}
