import { useEffect, useRef, useState } from "preact/hooks";
import { newDatasetShape } from "../../api/dataset-kinds.ts";
import { uploadDataset } from "../../api/upload.ts";
import { useLoad } from "../../api/use-load.ts";
import { kindHints, likelyKind } from "../../data/dataset-kinds.ts";
import { Failure } from "../../parts/failure.tsx";
import { hrefTo } from "../../route.ts";
import { DropZone } from "./drop-zone.tsx";
import { Sending } from "./sending.tsx";

/** Takes a file and what it is, and sends it; then the data set's own page tells how the check goes. */
export function UploadForm() {
  const { value: shape, failure: unknownShape, reload } = useLoad(newDatasetShape, []);
  const [file, setFile] = useState<File>();
  const [chosenKind, setKind] = useState<string>();
  const [name, setName] = useState("");
  const [samples, setSamples] = useState<string>();
  const [sent, setSent] = useState<number>();
  const [failure, setFailure] = useState<unknown>();
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);

  // The kinds may arrive after the file.
  const kind = chosenKind ?? (file && likelyKind(file.name, shape?.kinds ?? []));
  const take = (given: File) => {
    setFile(given);
    setName(given.name);
    setKind(undefined);
  };
  const send = async (event: Event) => {
    event.preventDefault();
    if (file === undefined || kind === undefined) return;
    abort.current = new AbortController();
    const { signal } = abort.current;
    setFailure(undefined);
    setSent(0);
    try {
      const given = { name: name.trim() || file.name, kind, ...(samples !== undefined && { samples }) };
      const { id } = await uploadDataset(given, { file, signal, onProgress: setSent });
      location.hash = hrefTo({ page: "dataset", id }).slice(1);
    } catch (error) {
      if (!signal.aborted) setFailure(error);
      setSent(undefined);
    }
  };

  return (
    <form class="upload" onSubmit={send} aria-label="Add a data set">
      <DropZone file={file} take={take} />
      <Failure failure={unknownShape} retry={reload} />
      {file !== undefined && (
        <div class="upload-fields">
          <label>
            Name
            <input
              type="text"
              value={name}
              maxLength={200}
              onInput={({ currentTarget }) => setName(currentTarget.value)}
            />
          </label>
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
            <Sending sent={sent} size={file.size} stop={() => abort.current?.abort()} />
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
