import { useEffect, useRef, useState } from "preact/hooks";
import { hrefTo, type Place } from "../route.ts";

export interface Upload {
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

type Known = Exclude<Place, { page: "unknown" }>;

/** An upload that a form sends: how many bytes have gone, undefined while there is none, and what went wrong. */
export interface SendingState {
  readonly sent: number | undefined;
  readonly failure: unknown;
  /** Sends, then goes where `upload` says. */
  readonly send: (upload: (options: Upload) => Promise<Known>) => Promise<void>;
  readonly stop: () => void;
}

/** The one upload of a form; it ends with the form. */
export function useSending(): SendingState {
  const [sent, setSent] = useState<number>();
  const [failure, setFailure] = useState<unknown>();
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  return {
    sent,
    failure,
    async send(upload) {
      abort.current = new AbortController();
      const { signal } = abort.current;
      setFailure(undefined);
      setSent(0);
      try {
        const place = await upload({ signal, onProgress: setSent });
        location.hash = hrefTo(place).slice(1);
      } catch (error) {
        if (!signal.aborted) setFailure(error);
        setSent(undefined);
      }
    },
    stop: () => abort.current?.abort(),
  };
}
