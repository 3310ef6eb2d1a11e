// Civil time of a place, as an input of the browser takes it: 2031-07-01T09:00. Which moment that
// is the server says, who has the zones' rules.
function format(zone: string | null | undefined) {
  return new Intl.DateTimeFormat("sv-SE", {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
    ...(zone ? {timeZone: zone} : {}),
  });
}

export function civil(at: string | Date, zone: string | null | undefined) {
  const parts = new Map(format(zone).formatToParts(new Date(at)).map((part) =>
    [part.type, part.value]));
  const [year, month, day, hour, minute] =
    (["year", "month", "day", "hour", "minute"] as const).map((name) => parts.get(name));
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

export const civilDay = (at: string | Date, zone: string | null | undefined) =>
  civil(at, zone).slice(0, 10);

export function later(time: string, minutes: number) {
  return new Date(Date.parse(`${time}:00Z`) + minutes * 60_000).toISOString().slice(0, 16);
}
