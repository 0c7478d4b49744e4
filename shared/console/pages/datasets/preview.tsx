import type { Dataset } from "../../api/types.ts";
import { Table } from "../../parts/table.tsx";

/** How a content begins. */
export function Preview({ preview }: { preview: NonNullable<Dataset["preview"]> }) {
  return (
    <section class="preview">
      <h2>Preview</h2>
      <Table
        caption="The beginning of the content"
        quiet
        columns={preview.columns.map((label) => ({ label }))}
        rows={preview.rows}
      />
    </section>
  );
}
