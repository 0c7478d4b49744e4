import { counted, type Note, noteOf } from "./note.ts";
import type { SheetRoles, Survival } from "./sample-sheet.ts";
import { cellsOf, keyOf, type SheetColumns } from "./sheet-columns.ts";

const timeNames =
  /^((overall|progressionfree|diseasefree)?(survival|surv)|os|pfs|dfs|rfs|dss|followup|fu)?(time|days|weeks|months|years|timedays|timemonths|timeyears)$/;
const eventNames =
  /^((overall)?survival|os|pfs|dfs|rfs|dss|vital|fu)?(event|status|stat|death|dead|deceased|relapse|progression)$/;

const eventWords =
  /^(1|true|yes|y|dead|died|death|deceased|event|progressed|progression|relapse|relapsed|recurred)$/;
const censoredWords = /^(0|false|no|n|alive|living|censored|none|eventfree|diseasefree|stable)$/;

/**
 * The survival time and event of a sheet: of the columns that are named, or of those whose names say it, both or
 * none. Of 1 and 2, as R's data sets have them, 2 is the event. Throws RangeError for a cell that cannot be read.
 */
export function survivalOf(
  columns: SheetColumns,
  samples: readonly string[],
  role: SheetRoles["survival"],
): { survival?: Survival; notes: Note[] } {
  if (role === false) return { notes: [] };
  const named = role ?? {
    time: [...columns.keys()].find((name) => timeNames.test(keyOf(name))),
    event: [...columns.keys()].find((name) => eventNames.test(keyOf(name))),
  };
  const { time, event } = named;
  if (time === undefined || event === undefined) return { notes: [] };
  const times = timesOf(cellsOf(columns, time), time, samples);
  const { events, meaning } = eventsOf(cellsOf(columns, event), event, samples);
  const known = samples.filter(
    (_, i) => !Number.isNaN(times[i] ?? Number.NaN) && !Number.isNaN(events[i] ?? Number.NaN),
  );
  const count = events.reduce(
    (sum, one, i) => sum + (one === 1 && !Number.isNaN(times[i] ?? Number.NaN) ? 1 : 0),
    0,
  );
  const text = `Survival is column ${time}, its event column ${event}${meaning}: ${counted(count, "event")} in ${counted(known.length, "sample")} with both.`;
  return {
    survival: { timeName: time, eventName: event, times, events },
    notes: [noteOf(text, { events: count, followed: known.length })],
  };
}

function timesOf(cells: readonly string[], column: string, samples: readonly string[]): Float64Array {
  return Float64Array.from(cells, (cell, i) => {
    if (cell === "") return Number.NaN;
    const time = Number(cell);
    if (Number.isFinite(time) && time >= 0) return time;
    const why = Number.isFinite(time) ? "is negative" : "is not a number";
    throw new RangeError(
      `samples: column "${column}" of sample "${samples[i]}": ${JSON.stringify(cell)} ${why}`,
    );
  });
}

function eventsOf(cells: readonly string[], column: string, samples: readonly string[]) {
  const words = cells.map((cell) => keyOf(cell.replace(/^[01]\s*:\s*/, "")));
  const said = new Set(words.filter((word) => word !== ""));
  const byTwo = said.has("2") && [...said].every((word) => word === "1" || word === "2");
  const events = Float64Array.from(words, (word, i) => {
    if (word === "") return Number.NaN;
    if (byTwo) return word === "2" ? 1 : 0;
    if (eventWords.test(word)) return 1;
    if (censoredWords.test(word)) return 0;
    const wanted = "an event is 0 or 1, 1 or 2, or a word such as dead, alive, yes, no, censored";
    throw new RangeError(
      `samples: column "${column}" of sample "${samples[i]}" holds ${JSON.stringify(cells[i])}; ${wanted}`,
    );
  });
  return { events, meaning: byTwo ? " (2 is the event)" : "" };
}
