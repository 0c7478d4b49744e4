import { useEffect, useState } from "preact/hooks";

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly failure: unknown;
  /** Loads it again; what is shown stays until then. */
  readonly reload: () => void;
}

/** What `load` answers, loaded once and again whenever an input changes. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, inputs: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<{ readonly value?: T; readonly failure?: unknown }>({});
  const [round, setRound] = useState(0);
  // The caller says what a load depends on.
  useEffect(() => {
    const abort = new AbortController();
    load(abort.signal).then(
      (value) => !abort.signal.aborted && setState({ value }),
      (failure: unknown) => !abort.signal.aborted && setState({ failure }),
    );
    return () => abort.abort();
  }, [...inputs, round]);
  return { value: state.value, failure: state.failure, reload: () => setRound((count) => count + 1) };
}
