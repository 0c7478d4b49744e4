import type { JsonObject } from "../../../client/json.ts";
import { outputBlocks } from "../../../client/output.ts";
import { flattened } from "../../data/flat.ts";
import { OutputBlock } from "../run/output-block.tsx";

/** What the check counted. It differs by kind, so it is shown by its shape. */
export function Profile({ summary }: { summary: JsonObject }) {
  const { kind: _, ...counted } = summary;
  return (
    <section>
      <h2>Profile</h2>
      <div class="output profile">
        {outputBlocks(flattened(counted)).map((block, index) => (
          <OutputBlock key={index} block={block} />
        ))}
      </div>
    </section>
  );
}
