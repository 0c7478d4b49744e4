import { hrefTo } from "../../route.ts";

/** What can be done with the runs that are chosen. */
export function CompareBar({ chosen, clear }: { chosen: readonly string[]; clear: () => void }) {
  return (
    <div class={chosen.length > 0 ? "compare-bar" : "hidden"} aria-live="polite">
      {chosen.length > 0 && (
        <>
          <span>
            {chosen.length === 1
              ? "One run chosen; choose another to compare"
              : `${chosen.length} runs chosen`}
          </span>
          <button type="button" onClick={clear}>
            Clear
          </button>
          {chosen.length > 1 && (
            <a class="button primary" href={hrefTo({ page: "compare", runs: chosen })}>
              Compare
            </a>
          )}
        </>
      )}
    </div>
  );
}
