import { useMemo, useRef, useState } from "preact/hooks";
import { isObject, type JsonObject } from "../../../client/json.ts";
import type { Run } from "../../../resources/runs/record.ts";
import { call } from "../../api/call.ts";
import { ApiError, type FieldError } from "../../api/problem.ts";
import type { Method } from "../../api/types.ts";
import { withValue } from "../../data/path.ts";
import { check } from "../../form/check.ts";
import { FormContext } from "../../form/context.ts";
import { fieldOf } from "../../form/field.ts";
import { FieldView } from "../../form/field-view.tsx";
import { NumberEntry } from "../../form/number-entry.tsx";
import { Failure } from "../../parts/failure.tsx";
import { hrefTo } from "../../route.ts";
import { AsCode } from "./as-code.tsx";
import { FaultSummary } from "./fault-summary.tsx";
import { PresetChoice } from "./preset-choice.tsx";

/** What a form begins with. */
export interface Start {
  readonly preset: string | undefined;
  readonly input: JsonObject | undefined;
  readonly seed: number | undefined;
}

const seedField = fieldOf({
  type: "integer",
  minimum: 0,
  maximum: 2 ** 32 - 1,
  default: 0,
  description: "The same input and seed give the same result",
});

/** The form of a method's input, made from its schema: what is entered is laid over the preset that is chosen. */
export function RunForm({ method, start }: { method: Method; start: Start }) {
  const field = useMemo(() => fieldOf(method.input), [method]);
  const [preset, setPreset] = useState(
    start.preset !== undefined && Object.hasOwn(method.presets, start.preset) ? start.preset : undefined,
  );
  const [draft, setDraft] = useState<JsonObject>(start.input ?? {});
  const [seed, setSeed] = useState<unknown>(start.seed);
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [failure, setFailure] = useState<unknown>();
  const [sending, setSending] = useState(false);
  // One key for one form as it stands: a call that is sent again, its answer lost, makes no second run.
  const sent = useRef({ key: "", body: "" });

  const below = preset === undefined ? undefined : method.presets[preset]?.input;
  const state = {
    errors,
    put: (path: Parameters<typeof withValue>[1], value: Parameters<typeof withValue>[2]) =>
      setDraft((now) => {
        const next = withValue(now, path, value);
        return isObject(next) ? next : {};
      }),
    dropPreset: () => setPreset(undefined),
    view: FieldView,
  };
  const seedState = { ...state, put: (_: unknown, value: unknown) => setSeed(value) };

  const request = {
    method: method.id,
    preset,
    seed: typeof seed === "number" ? seed : undefined,
    input: draft,
  };

  const submit = async (event: Event) => {
    event.preventDefault();
    setFailure(undefined);
    const seedFaults =
      seed === undefined || typeof seed === "number"
        ? []
        : [{ path: "/seed", message: "must be a whole number" }];
    const found = [...check(field, draft, below), ...seedFaults];
    setErrors(found);
    if (found.length > 0) return;
    setSending(true);
    try {
      const run = await createRun(request, sent.current);
      location.hash = hrefTo({ page: "run", id: run.id }).slice(1);
    } catch (error) {
      if (error instanceof ApiError && error.errors.length > 0) setErrors(error.errors);
      else setFailure(error);
    } finally {
      setSending(false);
    }
  };

  return (
    <FormContext.Provider value={state}>
      <form class="run-form" onSubmit={submit} noValidate aria-label={`Run ${method.id}`}>
        <PresetChoice presets={method.presets} chosen={preset} choose={setPreset} />
        <div class="inputs">
          <FieldView field={field} path={[]} name="input" required value={draft} below={below} />
          <FormContext.Provider value={seedState}>
            <NumberEntry
              field={seedField}
              path={["seed"]}
              name="seed"
              required={false}
              value={typeof seed === "number" || typeof seed === "string" ? seed : undefined}
              below={0}
            />
          </FormContext.Provider>
          <FaultSummary errors={errors} />
          <Failure failure={failure} />
          <div class="submit">
            <button type="submit" class="primary" disabled={sending}>
              {sending ? "Starting …" : "Start the run"}
            </button>
            {preset !== undefined && <p class="about">{method.presets[preset]?.cost}</p>}
          </div>
        </div>
        <AsCode request={request} setInput={setDraft} />
      </form>
    </FormContext.Provider>
  );
}

interface Asked {
  readonly method: string;
  readonly preset: string | undefined;
  readonly seed: number | undefined;
  readonly input: JsonObject;
}

async function createRun(
  { method, preset, seed, input }: Asked,
  sent: { key: string; body: string },
): Promise<Run> {
  const body = JSON.stringify([preset, seed, input]);
  if (sent.body !== body) Object.assign(sent, { key: crypto.randomUUID(), body });
  const response = await call("POST", `/v1/methods/${encodeURIComponent(method)}/runs`, {
    query: { preset, seed },
    headers: { "idempotency-key": sent.key },
    body: input,
  });
  sent.body = "";
  return response.json() as Promise<Run>;
}
