import type { ComponentChildren } from "preact";

/** Stands where there is nothing yet, and says what to do about it. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <div class="empty">{children}</div>;
}
