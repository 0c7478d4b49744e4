import type { RunEvent } from "../../../resources/runs/record.ts";
import { Empty } from "../../parts/empty.tsx";

/** What happened, newest first. */
export function EventList({ events }: { events: readonly RunEvent[] }) {
  if (events.length === 0) return <Empty>Nothing has happened yet.</Empty>;
  return (
    <ol class="events" reversed>
      {events.toReversed().map(({ id, time, type, message, fraction }) => (
        <li key={id} class={`event ${type}`}>
          <time dateTime={time} title={new Date(time).toLocaleString()}>
            {new Date(time).toLocaleTimeString()}
          </time>
          <span class="event-type">{type}</span>
          <span class="event-message">
            {fraction !== undefined && <span class="figure">{Math.floor(fraction * 100)} % </span>}
            {message}
          </span>
        </li>
      ))}
    </ol>
  );
}
