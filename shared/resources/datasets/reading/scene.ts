import type { SceneContent } from "../../../methods/contract.ts";
import { collectFaults } from "../faults.ts";
import { openArchive } from "../scene/archive.ts";
import { readScene } from "../scene/read-scene.ts";
import type { ByteSource } from "../scene/source.ts";

const maxFileBytes = 512 * 1024 * 1024;

/** A scene that was checked. Its archive is read where it lies, file by file. */
export async function openScene(source: ByteSource): Promise<SceneContent> {
  const faults = collectFaults();
  const archive = await openArchive(source, faults);
  const scene = await readScene(archive, faults);
  const [error] = faults.errors;
  if (error !== undefined) throw new Error(`the scene is not as it was checked: ${error.message}`);
  return {
    views: scene.views,
    points: () => scene.points(),
    file: (name) => archive.bytes(name, maxFileBytes),
  };
}
