import { useState } from "preact/hooks";
import { fileAddress } from "../api/files.ts";
import { wordsOf } from "./failure.tsx";

interface OpenFileProps {
  readonly artifact: { readonly name: string; readonly href: string };
  readonly label?: string;
}

/** Opens a file in a tab of its own; its address is fetched when it is asked for, since it is good for minutes only. */
export function OpenFile({ artifact, label = "Open in a tab" }: OpenFileProps) {
  const [fault, setFault] = useState<string>();
  const open = async () => {
    // Opened at once, or the browser takes it for a pop-up.
    const tab = globalThis.open("", "_blank");
    if (tab !== null) tab.opener = null;
    try {
      const address = await fileAddress(artifact.href);
      if (tab === null) location.assign(address);
      else tab.location.href = address;
      setFault(undefined);
    } catch (error) {
      tab?.close();
      setFault(wordsOf(error));
    }
  };
  return (
    <>
      <button type="button" class="small" onClick={open} aria-label={`${label}: ${artifact.name}`}>
        {label}
      </button>
      {fault !== undefined && <span class="fault">{fault}</span>}
    </>
  );
}
