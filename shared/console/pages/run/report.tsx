import type { RunArtifact } from "../../../resources/runs/record.ts";
import { fileAddress } from "../../api/files.ts";
import { useLoad } from "../../api/use-load.ts";
import { Failure } from "../../parts/failure.tsx";
import { OpenFile } from "../../parts/open-file.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";

/** A run's HTML in a frame of its own: its scripts run, and reach nothing of this page's. */
export function Report({ artifact }: { artifact: RunArtifact }) {
  const { value, failure, reload } = useLoad(
    (signal) => fileAddress(artifact.href, signal),
    [artifact.href, artifact.createdAt],
  );
  if (failure !== undefined) return <Failure failure={failure} retry={reload} />;
  if (value === undefined) return <Skeleton what="the report" lines={8} />;
  return (
    <div class="report">
      <p class="report-line">
        <OpenFile artifact={artifact} />
      </p>
      <iframe
        title={artifact.name}
        src={value}
        sandbox="allow-scripts allow-downloads"
        referrerpolicy="no-referrer"
      />
    </div>
  );
}
