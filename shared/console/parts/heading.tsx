import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { takeNavigation } from "../shell/navigation.ts";

interface HeadingProps {
  readonly title: string;
  /** Stands above the title. */
  readonly above?: ComponentChildren;
  /** Stands at the end of the title's line. */
  readonly actions?: ComponentChildren;
}

/** The page's heading: names the tab, and takes the focus when the page was gone to, so that it is read out. */
export function Heading({ title, above, actions }: HeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takeNavigation()) heading.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    document.title = `${title} · Tenfold`;
  }, [title]);
  return (
    <div class="heading">
      {above !== undefined && <p class="above">{above}</p>}
      <div class="heading-line">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </div>
    </div>
  );
}
