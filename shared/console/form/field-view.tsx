import { Choice } from "./choice.tsx";
import { Choices } from "./choices.tsx";
import { JsonEntry } from "./json-entry.tsx";
import type { FieldProps } from "./labelled.tsx";
import { ListField } from "./list-field.tsx";
import { NumberEntry } from "./number-entry.tsx";
import { NumbersEntry } from "./numbers-entry.tsx";
import { ObjectField } from "./object-field.tsx";
import { DatasetPicker } from "./pick-dataset.tsx";
import { ModelPicker } from "./pick-model.tsx";
import { Switch } from "./switch.tsx";
import { TextEntry } from "./text-entry.tsx";
import { TextsEntry } from "./texts-entry.tsx";
import { UnionField } from "./union-field.tsx";

/** The control that fits a field. */
export function FieldView(props: FieldProps) {
  const { field, ...rest } = props;
  const below = props.below ?? field.default;
  const given = { ...rest, below };
  switch (field.kind) {
    case "constant":
      return null;
    case "object":
      return <ObjectField {...given} field={field} below={props.below} />;
    case "union":
      return <UnionField {...given} field={field} below={props.below} />;
    case "number":
      return <NumberEntry {...given} field={field} />;
    case "numbers":
      return <NumbersEntry {...given} field={field} />;
    case "text":
      return <TextEntry {...given} field={field} />;
    case "texts":
      return <TextsEntry {...given} field={field} />;
    case "switch":
      return <Switch {...given} field={field} />;
    case "choice":
      return <Choice {...given} field={field} options={field.options} />;
    case "choices":
      return <Choices {...given} field={field} options={field.options} />;
    case "dataset":
      return <DatasetPicker {...given} field={field} kinds={field.kinds} />;
    case "model":
      return <ModelPicker {...given} field={field} />;
    case "list":
      return <ListField {...given} field={field} item={field.item} />;
    case "json":
      return <JsonEntry {...given} field={field} />;
    default:
      return field satisfies never;
  }
}
