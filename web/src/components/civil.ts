// Civil time of a place, as an input of the browser takes it: 2031-07-01T09:00.
export type ZoneName = string | null | undefined;

const PARTS: Intl.DateTimeFormatOptions = {
  year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
};

function format(zone: ZoneName) {
  return new Intl.DateTimeFormat("sv-SE", {...PARTS, ...(zone ? {timeZone: zone} : {})});
}

export function civil(at: string | Date, zone: ZoneName) {
  const parts = new Map(format(zone).formatToParts(new Date(at)).map((part) =>
    [part.type, part.value]));
  const [year, month, day, hour, minute] =
    (["year", "month", "day", "hour", "minute"] as const).map((name) => parts.get(name));
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

export const civilDay = (at: string | Date, zone: ZoneName) => civil(at, zone).slice(0, 10);

const asUtc = (text: string) => Date.parse(`${text.slice(0, 16)}Z`);

// Which moment that is, for looking something up: of an hour that comes twice it is one of the two.
// Where it matters the server is told the civil time, and has the zones' rules.
export function momentOf(text: string, zone: ZoneName) {
  const wanted = asUtc(text);
  let at = wanted;
  for (let turn = 0; turn < 2; ++turn) at += wanted - asUtc(civil(new Date(at), zone));
  return new Date(at).toISOString();
}

export function later(time: string, minutes: number) {
  return new Date(asUtc(time) + minutes * 60_000).toISOString().slice(0, 16);
}
