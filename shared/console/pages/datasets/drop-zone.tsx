import { useState } from "preact/hooks";
import { formatBytes } from "../../../client/figures.ts";

/** A place to drop a file on; it is a file input too, for the keyboard and for phones. */
export function DropZone({ file, take }: { file: File | undefined; take: (file: File) => void }) {
  const [over, setOver] = useState(false);
  const takeFirst = (files: FileList | null | undefined) => {
    const [first] = files ?? [];
    if (first !== undefined) take(first);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    takeFirst(event.dataTransfer?.files);
  };
  const drag = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <label
      class={over ? "drop over" : "drop"}
      onDragOver={drag}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input type="file" onChange={({ currentTarget }) => takeFirst(currentTarget.files)} />
      {file === undefined ? (
        <span>
          <b>Add a data set:</b> drop a file here, or choose one
        </span>
      ) : (
        <span>
          <b>{file.name}</b> <span class="figure">{formatBytes(file.size)}</span>
        </span>
      )}
    </label>
  );
}
