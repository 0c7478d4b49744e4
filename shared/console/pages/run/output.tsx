import type { Json } from "../../../client/json.ts";
import { outputBlocks } from "../../../client/output.ts";
import type { Run } from "../../../resources/runs/record.ts";
import { fileText } from "../../api/files.ts";
import { useLoad } from "../../api/use-load.ts";
import { Failure } from "../../parts/failure.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";
import { OutputBlock } from "./output-block.tsx";

/** What a run gave, as tables; a large output is not in the run but in a file of it. */
export function Output({ run }: { run: Run }) {
  const { value, failure, reload } = useLoad(
    async (signal) => {
      if (run.output !== undefined || run.links.result === undefined) return run.output;
      const whole: unknown = JSON.parse(await fileText(run.links.result, signal));
      return whole;
    },
    [run.id],
  );
  if (failure !== undefined) return <Failure failure={failure} retry={reload} />;
  if (value === undefined) return <Skeleton what="the result" />;
  // Read from JSON.
  const blocks = outputBlocks(value as Json);
  return (
    <div class="output">
      {blocks.map((block, index) => (
        <OutputBlock key={index} block={block} />
      ))}
    </div>
  );
}
