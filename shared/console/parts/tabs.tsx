import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";

export interface Tab {
  readonly name: string;
  readonly label: ComponentChildren;
  readonly content: () => ComponentChildren;
}

/** Tabs as the ARIA practices have them: one is in the order of Tab, the arrow keys go between them. */
export function Tabs({ tabs, label }: { tabs: readonly Tab[]; label: string }) {
  const [chosen, setChosen] = useState(tabs[0]?.name);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const shown = tabs.find(({ name }) => name === chosen) ?? tabs[0];
  const move = (event: KeyboardEvent) => {
    const index = tabs.findIndex(({ name }) => name === shown?.name);
    const targets: Record<string, number> = {
      ArrowRight: (index + 1) % tabs.length,
      ArrowLeft: (index + tabs.length - 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    setChosen(tabs[target]?.name);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[target]?.focus();
  };
  return (
    <div class="tabs">
      <div role="tablist" aria-label={label} ref={list} onKeyDown={move}>
        {tabs.map((tab) => (
          <button
            key={tab.name}
            type="button"
            role="tab"
            id={`${id}-${tab.name}`}
            aria-selected={tab.name === shown?.name}
            aria-controls={`${id}-panel`}
            tabIndex={tab.name === shown?.name ? 0 : -1}
            onClick={() => setChosen(tab.name)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown?.name}`}>
        {shown?.content()}
      </div>
    </div>
  );
}
