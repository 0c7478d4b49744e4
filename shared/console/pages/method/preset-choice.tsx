import type { Preset } from "../../api/types.ts";

interface PresetChoiceProps {
  readonly presets: Readonly<Record<string, Preset>>;
  readonly chosen: string | undefined;
  readonly choose: (name: string | undefined) => void;
}

/** Which ready-made input what is entered is laid over; none leaves the defaults. */
export function PresetChoice({ presets, chosen, choose }: PresetChoiceProps) {
  return (
    <fieldset class="preset-choice">
      <legend>Start from</legend>
      {Object.entries(presets).map(([name, { summary, cost }]) => (
        <label key={name} class="shape">
          <input type="radio" name="preset" checked={chosen === name} onChange={() => choose(name)} />
          <span class="shape-name">{name}</span>
          <span class="about">{summary}</span>
          <span class="cost">{cost}</span>
        </label>
      ))}
      <label class="shape">
        <input type="radio" name="preset" checked={chosen === undefined} onChange={() => choose(undefined)} />
        <span class="shape-name">defaults</span>
        <span class="about">The input's own defaults, and what you enter</span>
      </label>
    </fieldset>
  );
}
