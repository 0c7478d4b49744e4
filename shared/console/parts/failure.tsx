import { ApiError } from "../api/problem.ts";

/** What went wrong, in words, with a way to try again where there is one. */
export function Failure({ failure, retry }: { failure: unknown; retry?: (() => void) | undefined }) {
  if (failure === undefined) return null;
  return (
    <div class="notice error" role="alert">
      <p>
        {failure instanceof ApiError && failure.status !== 0 ? <b>{failure.title}: </b> : null}
        {wordsOf(failure)}
      </p>
      {retry !== undefined && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function wordsOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
