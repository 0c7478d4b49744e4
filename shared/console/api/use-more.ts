import { useState } from "preact/hooks";
import type { Page } from "./types.ts";
import { useLoad } from "./use-load.ts";

/** A list that is read page by page, as far as the reader asks: `more` is there while there is more. */
export function useMore<T>(load: (cursor: string | undefined, signal?: AbortSignal) => Promise<Page<T>>): {
  readonly items: readonly T[] | undefined;
  readonly failure: unknown;
  readonly more: (() => void) | undefined;
  readonly reload: () => void;
} {
  const first = useLoad((signal) => load(undefined, signal), []);
  const [rest, setRest] = useState<readonly Page<T>[]>([]);
  const [failure, setFailure] = useState<unknown>();
  const pages = first.value === undefined ? [] : [first.value, ...rest];
  const next = pages.at(-1)?.next;
  const more = () =>
    load(next).then((page) => {
      setRest((now) => [...now, page]);
      setFailure(undefined);
    }, setFailure);
  return {
    items: first.value && pages.flatMap(({ items }) => items),
    failure: first.failure ?? failure,
    more: next === undefined ? undefined : more,
    reload: () => {
      setRest([]);
      first.reload();
    },
  };
}
