import type { ComponentChildren } from "preact";

/** A box that scrolls within itself, and so must be reachable by keyboard. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys scroll what has the focus
    <section class="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
