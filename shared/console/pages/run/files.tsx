import { useState } from "preact/hooks";
import { formatBytes } from "../../../client/figures.ts";
import type { RunArtifact } from "../../../resources/runs/record.ts";
import { Empty } from "../../parts/empty.tsx";
import { OpenFile } from "../../parts/open-file.tsx";
import { FileView } from "./file-view.tsx";

/** The files of a run; the one that is chosen is shown. */
export function Files({ artifacts }: { artifacts: readonly RunArtifact[] }) {
  const [chosen, setChosen] = useState<string>();
  if (artifacts.length === 0) return <Empty>The run has left no files yet.</Empty>;
  const shown =
    artifacts.find(({ name }) => name === chosen) ?? artifacts.find(({ type }) => type.startsWith("image/"));
  return (
    <div class="files">
      <ul class="file-list">
        {artifacts.map(({ name, type, bytes }) => (
          <li key={name}>
            <button type="button" aria-pressed={name === shown?.name} onClick={() => setChosen(name)}>
              <span class="file-name">{name}</span>
              <span class="about">
                {type.split(";")[0]} · {formatBytes(bytes)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <div class="file-shown">
        {shown === undefined ? (
          <Empty>Choose a file to look into it.</Empty>
        ) : (
          <>
            <div class="file-head">
              <h2>{shown.name}</h2>
              <OpenFile artifact={shown} />
            </div>
            <FileView key={`${shown.name} ${shown.createdAt}`} artifact={shown} />
          </>
        )}
      </div>
    </div>
  );
}
