// A moment as people of the place read it, the day's name and all in UTC when it is pointed at.
import {Tooltip} from "@mantine/core";

const FORMATS = new Map<string, Intl.DateTimeFormat>();

function format(zone: string | null | undefined) {
  const key = zone ?? "";
  const known = FORMATS.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(undefined, {
    year: "numeric", month: "short", day: "2-digit", hour: "2-digit", minute: "2-digit",
    second: "2-digit", ...(!zone ? {} : {timeZone: zone}),
  });
  FORMATS.set(key, made);
  return made;
}

export function Time({at, zone}: {at: string | null | undefined; zone?: string | null | undefined}) {
  if (!at) return <span aria-label="none">–</span>;
  const moment = new Date(at);
  return (
    <Tooltip label={`${at.replace("T", " ").replace("Z", "")} UTC`} openDelay={200}>
      <time dateTime={at} className="numbers">{format(zone).format(moment)}</time>
    </Tooltip>
  );
}
