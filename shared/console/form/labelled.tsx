import type { ComponentChildren } from "preact";
import type { Json } from "../../client/json.ts";
import { inWords } from "../../client/output.ts";
import { type Path, toPointer } from "../data/path.ts";
import { idOf, useFaults, useForm } from "./context.ts";
import type { Field } from "./field.ts";
import { limitsOf } from "./range.ts";

/** What every field is given. */
export interface FieldProps<F extends Field = Field> {
  readonly field: F;
  readonly path: Path;
  readonly name: string;
  readonly required: boolean;
  /** What was entered; undefined leaves it to what is below. */
  readonly value: Json | undefined;
  /** What holds when nothing is entered: the preset's value, or the default. */
  readonly below: Json | undefined;
}

/** Attributes that tie a control to its label, its description and its error. */
export function useControl({ path, field, required }: Pick<FieldProps, "path" | "field" | "required">) {
  const faults = useFaults(path, true);
  const id = idOf(path);
  const told = [
    ...(field.description !== undefined || limitsOf(field) !== "" ? [`${id}-about`] : []),
    ...(faults.length > 0 ? [`${id}-fault`] : []),
  ];
  return {
    id,
    "data-pointer": toPointer(path),
    "aria-describedby": told.length > 0 ? told.join(" ") : undefined,
    "aria-invalid": faults.length > 0,
    "aria-required": required || undefined,
  };
}

interface LabelledProps extends FieldProps {
  /** Whether the control is a group of its own, labelled by a legend. */
  readonly group?: boolean;
  readonly children: ComponentChildren;
}

/** A control with its name above, and what there is to say of it below. */
export function Labelled(props: LabelledProps) {
  const { name, path, required, below, group = false, children } = props;
  const id = idOf(path);
  const label = (
    <>
      {inWords(name)}
      {required && below === undefined && <span class="needed">needed</span>}
    </>
  );
  const inside = (
    <>
      {children}
      <About {...props} />
      <Faults path={path} whole />
    </>
  );
  if (group) {
    return (
      <fieldset class="field" aria-describedby={`${id}-about`}>
        <div class="field-head">
          <legend>{label}</legend>
          <Reset {...props} />
        </div>
        {inside}
      </fieldset>
    );
  }
  return (
    <div class="field">
      <div class="field-head">
        <label for={id}>{label}</label>
        <Reset {...props} />
      </div>
      {inside}
    </div>
  );
}

/** Takes back what was entered. */
function Reset({ name, path, value }: FieldProps) {
  const { put } = useForm();
  if (value === undefined) return null;
  return (
    <button
      type="button"
      class="reset"
      onClick={() => put(path, undefined)}
      aria-label={`Reset ${inWords(name)}`}
    >
      reset
    </button>
  );
}

function About({ field, path }: FieldProps) {
  const limits = limitsOf(field);
  if (field.description === undefined && limits === "") return null;
  return (
    <p class="about" id={`${idOf(path)}-about`}>
      {field.description}
      {field.description !== undefined && limits !== "" && <span class="sep"> · </span>}
      {limits !== "" && <span class="limits">{limits}</span>}
    </p>
  );
}

/** What is wrong at a field. */
export function Faults({ path, whole }: { path: Path; whole: boolean }) {
  const faults = useFaults(path, whole);
  if (faults.length === 0) return null;
  const own = toPointer(path);
  return (
    <p class="fault" id={`${idOf(path)}-fault`}>
      {faults
        .map(({ path: at, message }) => (at === own ? message : `${at.slice(own.length + 1)}: ${message}`))
        .join("; ")}
    </p>
  );
}
