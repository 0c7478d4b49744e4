import type { RunArtifact } from "../../../resources/runs/record.ts";
import { fileAddress, fileText, mostShown } from "../../api/files.ts";
import { useLoad } from "../../api/use-load.ts";
import { Code } from "../../parts/code.tsx";
import { Failure } from "../../parts/failure.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";
import { Report } from "./report.tsx";
import { TableFile } from "./table-file.tsx";

/** A file as it is best looked at. */
export function FileView({ artifact }: { artifact: RunArtifact }) {
  const type = artifact.type.split(";")[0] ?? "";
  if (type.startsWith("image/")) return <ImageFile artifact={artifact} />;
  if (type === "text/html") return <Report artifact={artifact} />;
  const readable = /^text\/|json|xml|csv|javascript/.test(type);
  if (!readable || artifact.bytes > mostShown)
    return <p class="about">This file is not shown here; open or download it.</p>;
  return <TextFile artifact={artifact} type={type} />;
}

function ImageFile({ artifact }: { artifact: RunArtifact }) {
  const { value, failure, reload } = useLoad((signal) => fileAddress(artifact.href, signal), []);
  if (failure !== undefined) return <Failure failure={failure} retry={reload} />;
  if (value === undefined) return <Skeleton what="the image" lines={6} />;
  return <img class="file-image" src={value} alt={artifact.name} />;
}

function TextFile({ artifact, type }: { artifact: RunArtifact; type: string }) {
  const { value, failure, reload } = useLoad((signal) => fileText(artifact.href, signal), []);
  if (failure !== undefined) return <Failure failure={failure} retry={reload} />;
  if (value === undefined) return <Skeleton what="the file" lines={6} />;
  if (type === "text/csv" || type === "text/tab-separated-values") {
    return <TableFile text={value} separator={type === "text/csv" ? "," : "\t"} name={artifact.name} />;
  }
  return <Code text={type.includes("json") ? indented(value) : value} label={artifact.name} />;
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
