import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { chosenFiles, droppedFiles, type GivenFiles } from "../api/dropped-files.ts";

interface DropZoneProps {
  /** What was chosen, or that something can be. */
  readonly children: ComponentChildren;
  readonly several?: boolean;
  readonly take: (given: GivenFiles) => void;
}

/** A place to drop files on; it is a file input too, for the keyboard and for phones. */
export function DropZone({ children, several = false, take }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const takeAny = (given: GivenFiles) => given.files.length > 0 && take(given);
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer !== null) takeAny(await droppedFiles(event.dataTransfer));
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
      <input
        type="file"
        multiple={several}
        onChange={({ currentTarget }) => takeAny(chosenFiles(currentTarget.files))}
      />
      <span>{children}</span>
    </label>
  );
}
