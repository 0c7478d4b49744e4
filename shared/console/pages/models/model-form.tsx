import { useState } from "preact/hooks";
import { formatBytes } from "../../../client/figures.ts";
import { isModelFile, isWeights, whatIsMissing, whyNot } from "../../../resources/models/file-names.ts";
import { chosenFiles, type GivenFiles } from "../../api/dropped-files.ts";
import { uploadModel } from "../../api/upload.ts";
import { useSending } from "../../api/use-sending.ts";
import { DropZone } from "../../parts/drop-zone.tsx";
import { Failure } from "../../parts/failure.tsx";
import { NameField } from "../../parts/name-field.tsx";
import { Sending } from "../../parts/sending.tsx";

/** Takes the files of a model, and sends those that are some; then the model's own page tells how the check goes. */
export function ModelForm() {
  const [all, setAll] = useState<readonly File[]>([]);
  const [name, setName] = useState("");
  const { sent, failure, send, stop } = useSending();

  const files = all.filter((file) => isModelFile(file.name));
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const missing = whatIsMissing(files.map((file) => file.name));
  const take = (given: GivenFiles) => {
    setAll(given.files.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
    setName(given.folder ?? nameOf(given.files));
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (missing !== undefined) return;
    send(async (upload) => ({
      page: "model",
      id: await uploadModel(name.trim() || nameOf(files), files, upload),
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
      <p class="about">
        In Hugging Face layout: config.json, model.safetensors in one file or several, tokenizer.json. Or a
        llama2.c checkpoint with its tokenizer. <FolderChoice take={take} />
      </p>
      {all.length > 0 && (
        <>
          <FileList all={all} />
          {missing !== undefined && (
            <p class="fault" role="alert">
              This is no whole model: {missing}.
            </p>
          )}
          <div class="upload-fields">
            <NameField name={name} setName={setName} />
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

/** What a model is called of which the files alone are known: its checkpoint, or `model`. */
function nameOf(files: readonly File[]): string {
  const weights = files.find((file) => isWeights(file.name))?.name ?? "model";
  return weights.replace(/(-\d+-of-\d+)?\.[^.]+$/, "");
}

/** Makes an input of files one of folders; Preact's types do not know of it. */
const ofFolders = { webkitdirectory: true };

/** Chooses a whole folder, which an input of files cannot. */
function FolderChoice({ take }: { take: (given: GivenFiles) => void }) {
  return (
    <label class="folder-choice">
      Choose a folder
      <input
        type="file"
        {...ofFolders}
        onChange={({ currentTarget }) => take(chosenFiles(currentTarget.files))}
      />
    </label>
  );
}

/** Which files go, and which are left out and why. */
function FileList({ all }: { all: readonly File[] }) {
  const leftOut = all.filter(({ name }) => !isModelFile(name) && !name.startsWith("."));
  return (
    <>
      <ul class="upload-files">
        {all
          .filter(({ name }) => isModelFile(name))
          .map(({ name, size }) => (
            <li key={name}>
              <code>{name}</code> <span class="figure">{formatBytes(size)}</span>
            </li>
          ))}
      </ul>
      {leftOut.length > 0 && (
        <ul class="left-out" aria-label="Left out">
          {leftOut.map(({ name }) => (
            <li key={name}>
              Left out: <code>{name}</code> {whyNot(name)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
