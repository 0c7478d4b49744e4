import type { Model } from "../../resources/models/record.ts";
import { read } from "../api/call.ts";
import type { Page } from "../api/types.ts";
import { hrefTo } from "../route.ts";
import type { FieldProps } from "./labelled.tsx";
import { Picker } from "./picker.tsx";

/** One of the reader's models. */
export function ModelPicker(props: FieldProps) {
  return (
    <Picker
      {...props}
      load={async (signal) => {
        const { items } = await read<Page<Model>>("/v1/models", { query: { limit: 100 }, signal });
        return items
          .filter(({ status }) => status === "ready")
          .map(({ id, name, method = "uploaded" }) => ({ id, name, about: method }));
      }}
      none="You have no model yet: runs leave them."
      more={{ href: hrefTo({ page: "models" }), label: "Bring one" }}
    />
  );
}
