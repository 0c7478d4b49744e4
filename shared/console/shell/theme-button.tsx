import { useEffect, useState } from "preact/hooks";
import { shownTheme, toggleTheme } from "./theme.ts";

export function ThemeButton() {
  const [theme, setTheme] = useState(shownTheme);
  useEffect(() => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => setTheme(shownTheme());
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, []);
  const other = theme === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      class="quiet theme"
      title={`Show it ${other}`}
      aria-label={`Show it ${other}`}
      onClick={() => setTheme(toggleTheme())}
    >
      <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
        <circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" stroke-width="1.5" />
        <path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor" />
      </svg>
    </button>
  );
}
