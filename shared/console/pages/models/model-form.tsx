import { useState } from "preact/hooks";
import { formatBytes } from "../../../client/figures.ts";
import { isModelFile, whatIsMissing, whyNot } from "../../../resources/models/file-names.ts";
import { folderName } from "../../api/dropped-files.ts";
import { uploadModel } from "../../api/upload.ts";
import { useSending } from "../../api/use-sending.ts";
import { DropZone } from "../../parts/drop-zone.tsx";
import { Failure } from "../../parts/failure.tsx";
import { Sending } from "../../parts/sending.tsx";

/** Takes the files of a model, and sends those that are some; then the model's own page tells how the check goes. */
export function ModelForm() {
  const [all, setAll] = useState<readonly File[]>([]);
  const [name, setName] = useState("");
  const { sent, failure, send, stop } = useSending();

  const files = all.filter((file) => isModelFile(file.name));
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const missing = whatIsMissing(files.map((file) => file.name));
  const take = (given: readonly File[]) => {
    // Of a folder's own folders nothing is sent.
    const direct = given.filter(({ webkitRelativePath: path }) => path.split("/").length <= 2);
    setAll(direct.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
    setName(folderName(given) ?? given[0]?.name.replace(/\.[^.]+$/, "") ?? "");
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (missing !== undefined) return;
    send(async (upload) => ({
      page: "model",
      id: await uploadModel(name.trim() || "model", files, upload),
    }));
  };

  return (
    <form class="upload" onSubmit={submit} aria-label="Bring a model">
      <DropZone several take={take}>
        {all.length === 0 ? (
          <>
            <b>Bring a model:</b> drop its folder or its files here, or choose the files
          </>
        ) : (
          <>
            <b>{files.length === 1 ? files[0]?.name : `${files.length} files`}</b>{" "}
            <span class="figure">{formatBytes(size)}</span>
          </>
        )}
      </DropZone>
      {all.length === 0 ? (
        <p class="about">
          In Hugging Face layout: config.json, model.safetensors in one file or several, tokenizer.json. Or a
          llama2.c checkpoint with its tokenizer.
        </p>
      ) : (
        <>
          <FileList all={all} />
          {missing !== undefined && (
            <p class="fault" role="alert">
              This is no whole model: {missing}.
            </p>
          )}
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
            {sent === undefined ? (
              <button type="submit" class="primary" disabled={missing !== undefined}>
                Upload
              </button>
            ) : (
              <Sending sent={sent} size={size} stop={stop} />
            )}
          </div>
        </>
      )}
      <Failure failure={failure} />
    </form>
  );
}

/** Which files go, and which are left out and why. */
function FileList({ all }: { all: readonly File[] }) {
  return (
    <ul class="upload-files">
      {all.map(({ name, size }) =>
        isModelFile(name) ? (
          <li key={name}>
            <code>{name}</code> <span class="figure">{formatBytes(size)}</span>
          </li>
        ) : (
          <li key={name} class="left-out">
            <code>{name}</code> {whyNot(name)}
          </li>
        ),
      )}
    </ul>
  );
}
