import type { Block } from "../../../client/output.ts";
import { Facts } from "../../parts/facts.tsx";
import { Table } from "../../parts/table.tsx";

/** One part of a run's output. */
export function OutputBlock({ block }: { block: Block }) {
  if (block.kind === "facts") return <Facts facts={block.facts} />;
  if (block.kind === "notes") {
    return (
      <div>
        <h3>{block.title}</h3>
        <ul class="verdicts">
          {block.notes.map(({ claim, text, holds }) => (
            <li key={text}>
              {holds !== undefined && (
                <span class={holds ? "verdict holds" : "verdict fails"}>
                  {holds ? "Holds" : "Does not hold"}
                </span>
              )}
              <div>
                {claim !== undefined && <p class="claim">{claim}</p>}
                <p>{text}</p>
              </div>
            </li>
          ))}
        </ul>
      </div>
    );
  }
  return (
    <Table
      caption={block.title ?? "Output"}
      columns={block.head.map((label, index) => ({ label, figures: block.figures[index] ?? false }))}
      rows={block.rows}
    />
  );
}
