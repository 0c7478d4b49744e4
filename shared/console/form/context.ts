import { createContext, type JSX } from "preact";
import { useContext } from "preact/hooks";
import type { Json } from "../../client/json.ts";
import type { FieldError } from "../api/problem.ts";
import { type Path, toPointer } from "../data/path.ts";
import { faultsAt } from "./faults.ts";
import type { FieldProps } from "./labelled.tsx";

/** What all fields of a form share. */
export interface FormState {
  readonly errors: readonly FieldError[];
  /** Puts a value at a path, or takes it away. */
  readonly put: (path: Path, value: Json | undefined) => void;
  /** Lays the input over nothing: another shape was chosen than the preset's. */
  readonly dropPreset: () => void;
  /** Draws a field within another: handed down, since fields hold fields that hold fields. */
  readonly view: (props: FieldProps) => JSX.Element | null;
}

export const FormContext = createContext<FormState>({
  errors: [],
  put: () => {},
  dropPreset: () => {},
  view: () => null,
});

export const useForm = (): FormState => useContext(FormContext);

/** What is wrong at a field; `whole` for one that shows what lies inside of it. */
export const useFaults = (path: Path, whole: boolean): readonly FieldError[] =>
  faultsAt(useForm().errors, toPointer(path), whole);

/** Id of a field's control. */
export const idOf = (path: Path): string => `field-${toPointer(path)}`;
