import { useEffect, useState } from "preact/hooks";
import { formatAgo } from "../../client/figures.ts";

/** How long ago, kept right as time goes by; the moment itself in the title. */
export function Moment({ time }: { time: string }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const age = Date.now() - Date.parse(time);
    const timer = setInterval(() => setNow(Date.now()), age < 60_000 ? 5_000 : 30_000);
    return () => clearInterval(timer);
  }, [time]);
  return (
    <time dateTime={time} title={new Date(time).toLocaleString()}>
      {formatAgo(time, now)}
    </time>
  );
}
