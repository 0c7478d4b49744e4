/** The API key of this tab, kept until the tab is closed; a local stack needs none. */
const place = "tenfold-key";
const listeners = new Set<() => void>();
let refused = false;

export const key = (): string | undefined => sessionStorage.getItem(place) ?? undefined;

/** Whether the API wants a key, or another one. */
export const isKeyWanted = (): boolean => refused;

export function setKey(value: string | undefined): void {
  if (value === undefined) sessionStorage.removeItem(place);
  else sessionStorage.setItem(place, value);
  refused = value === undefined;
  tell();
}

/** Told by a call that was refused for its key. */
export function refuseKey(): void {
  if (refused) return;
  refused = true;
  tell();
}

/** Calls `listener` whenever the key or the want of one changes; answers how to stop that. */
export function onKeyChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
