import { setImmediate } from "node:timers/promises";

/** Lets others have their turn in a long computation, and throws where the run is to end. */
export type Breathe = () => Promise<void>;

export const breathing =
  (signal: AbortSignal): Breathe =>
  async () => {
    signal.throwIfAborted();
    await setImmediate();
  };
