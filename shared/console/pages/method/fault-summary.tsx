import { useEffect, useRef } from "preact/hooks";
import type { FieldError } from "../../api/problem.ts";
import { nearestPointer } from "../../form/faults.ts";

/** All that is wrong in a form, each with the way to its field; takes the focus when it appears. */
export function FaultSummary({ errors }: { errors: readonly FieldError[] }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (errors.length > 0) box.current?.focus();
  }, [errors]);
  if (errors.length === 0) return null;
  return (
    <div class="notice error" ref={box} tabIndex={-1} role="alert">
      <p>
        <b>The run was not started.</b>
      </p>
      <ul>
        {errors.map(({ path, message }) => (
          <li key={path + message}>
            {path !== "" && (
              <button type="button" class="link" onClick={() => goTo(path)}>
                {path.slice(1).replaceAll("/", ".")}
              </button>
            )}{" "}
            {message}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Focuses the control at a pointer, or the nearest one that leads to it, with all that folds it away opened. */
function goTo(path: string): void {
  const controls = [...document.querySelectorAll<HTMLElement>("[data-pointer]")];
  const nearest = nearestPointer(
    controls.map(({ dataset }) => dataset.pointer ?? ""),
    path,
  );
  const control = controls.find(({ dataset }) => dataset.pointer === nearest);
  for (let at = control?.parentElement; at; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement) at.open = true;
  }
  control?.focus();
}
