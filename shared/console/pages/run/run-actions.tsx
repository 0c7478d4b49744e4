import { useRef, useState } from "preact/hooks";
import type { Run } from "../../../resources/runs/record.ts";
import { isTerminal } from "../../../resources/runs/status.ts";
import { call } from "../../api/call.ts";
import { shortId } from "../../data/run-name.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Failure } from "../../parts/failure.tsx";
import { hrefTo } from "../../route.ts";

/** What can be done with a run. `look` looks at it again at once. */
export function RunActions({ run, look }: { run: Run; look: () => void }) {
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const again = useRef("");
  const path = `/v1/runs/${encodeURIComponent(run.id)}`;
  const act = async (action: () => Promise<void>) => {
    setBusy(true);
    setFailure(undefined);
    await action().catch(setFailure);
    setBusy(false);
  };
  const cancel = () =>
    act(async () => {
      await call("POST", `${path}/cancel`);
      look();
    });
  const remove = () =>
    act(async () => {
      await call("DELETE", path);
      location.hash = hrefTo({ page: "runs" }).slice(1);
    });
  const repeat = () =>
    act(async () => {
      again.current ||= crypto.randomUUID();
      const response = await call("POST", `/v1/methods/${encodeURIComponent(run.method)}/runs`, {
        query: { preset: run.preset, seed: run.seed },
        headers: { "idempotency-key": again.current },
        body: run.input,
      });
      again.current = "";
      const { id } = (await response.json()) as Run;
      location.hash = hrefTo({ page: "run", id }).slice(1);
    });
  const going = !isTerminal(run.status);
  return (
    <>
      {going && (
        <button type="button" onClick={cancel} disabled={busy || run.cancelRequested}>
          Cancel
        </button>
      )}
      <a class="button" href={hrefTo({ page: "method", id: run.method, from: run.id })}>
        Edit a copy
      </a>
      <button type="button" onClick={repeat} disabled={busy}>
        Run again
      </button>
      {!going && (
        <Confirm
          label="Delete"
          question={`Delete run ${shortId(run.id)} with its files?`}
          about="It cannot be had back. Models that it left stay."
          onConfirm={remove}
        />
      )}
      <Failure failure={failure} />
    </>
  );
}
