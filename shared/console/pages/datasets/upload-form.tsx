import { useState } from "preact/hooks";
import { formatBytes } from "../../../client/figures.ts";
import { newDatasetShape } from "../../api/dataset-kinds.ts";
import type { GivenFiles } from "../../api/dropped-files.ts";
import { uploadDataset } from "../../api/upload.ts";
import { useLoad } from "../../api/use-load.ts";
import { useSending } from "../../api/use-sending.ts";
import { kindHints, likelyKind } from "../../data/dataset-kinds.ts";
import { DropZone } from "../../parts/drop-zone.tsx";
import { Failure } from "../../parts/failure.tsx";
import { NameField } from "../../parts/name-field.tsx";
import { Sending } from "../../parts/sending.tsx";

/** Takes a file and what it is, and sends it; then the data set's own page tells how the check goes. */
export function UploadForm() {
  const { value: shape, failure: unknownShape, reload } = useLoad(newDatasetShape, []);
  const [file, setFile] = useState<File>();
  const [chosenKind, setKind] = useState<string>();
  const [name, setName] = useState("");
  const [samples, setSamples] = useState<string>();
  const { sent, failure, send, stop } = useSending();

  // The kinds may arrive after the file.
  const kind = chosenKind ?? (file && likelyKind(file.name, shape?.kinds ?? []));
  const take = ({ files: [given] }: GivenFiles) => {
    setFile(given);
    setName(given?.name ?? "");
    setKind(undefined);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (file === undefined || kind === undefined) return;
    const given = { name: name.trim() || file.name, kind, ...(samples !== undefined && { samples }) };
    send(async (upload) => {
      const { id } = await uploadDataset(given, { file, ...upload });
      return { page: "dataset", id };
    });
  };

  return (
    <form class="upload" onSubmit={submit} aria-label="Add a data set">
      <DropZone take={take}>
        {file === undefined ? (
          <>
            <b>Add a data set:</b> drop a file here, or choose one
          </>
        ) : (
          <>
            <b>{file.name}</b> <span class="figure">{formatBytes(file.size)}</span>
          </>
        )}
      </DropZone>
      <Failure failure={unknownShape} retry={reload} />
      {file !== undefined && (
        <div class="upload-fields">
          <NameField name={name} setName={setName} />
          <label>
            Kind
            <select value={kind} onChange={({ currentTarget }) => setKind(currentTarget.value)}>
              {shape?.kinds.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </select>
            <span class="about">{kindHints[kind ?? ""]}</span>
          </label>
          {shape?.samples && kind === "matrix" && <SampleSheet setSamples={setSamples} />}
          {sent === undefined ? (
            <button type="submit" class="primary" disabled={kind === undefined}>
              Upload
            </button>
          ) : (
            <Sending sent={sent} size={file.size} stop={stop} />
          )}
        </div>
      )}
      <Failure failure={failure} />
    </form>
  );
}

function SampleSheet({ setSamples }: { setSamples: (text: string | undefined) => void }) {
  const read = async (files: FileList | null) => setSamples(await files?.[0]?.text());
  return (
    <label>
      Sample sheet
      <input
        type="file"
        accept=".csv,.tsv,.txt"
        onChange={({ currentTarget }) => read(currentTarget.files)}
      />
      <span class="about">A table with one line a sample: its label and its group</span>
    </label>
  );
}
