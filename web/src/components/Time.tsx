// A moment as people of the place read it, and in UTC when it is pointed at. Without a place's own
// zone it is that of the institution; what is shown in another one says in which.
import {createContext, useContext} from "react";

import type {ZoneName} from "./civil";

// Null: the place has none. Undefined: it is not known yet.
export const Zone = createContext<ZoneName>(undefined);

const FORMATS = new Map<string, Intl.DateTimeFormat>();

const PARTS: Intl.DateTimeFormatOptions = {
  year: "numeric", month: "short", day: "2-digit", hour: "2-digit", minute: "2-digit",
  second: "2-digit",
};

// A zone that this browser has not heard of is shown as its own.
function made(zone: ZoneName, named: boolean) {
  try {
    return new Intl.DateTimeFormat(undefined, {
      ...PARTS, ...(zone ? {timeZone: zone} : {}), ...(named ? {timeZoneName: "short"} : {})});
  } catch {
    return new Intl.DateTimeFormat(undefined, PARTS);
  }
}

export function format(zone: ZoneName, named = false) {
  const key = `${zone ?? ""} ${named}`;
  const known = FORMATS.get(key);
  if (known) return known;
  const format = made(zone, named);
  FORMATS.set(key, format);
  return format;
}

interface Props {
  at: string | null | undefined;
  zone?: ZoneName;
}

export function Time({at, zone}: Props) {
  const there = useContext(Zone);
  if (!at) return <span aria-label="none">–</span>;
  const place = zone || there;
  return (
    <time dateTime={at} className="numbers"
          title={`${at.replace("T", " ").replace("Z", "")} UTC${place ? `, shown in ${place}` : ""}`}>
      {format(place, place !== there).format(new Date(at))}
    </time>
  );
}
