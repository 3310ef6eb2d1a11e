// An endpoint's options as a form has them, and as the API takes them: what is empty is null, which
// brings the default back, and what has not changed is left out.
import type {Schemas} from "../../api/client";
import type {Fields} from "../../components/fields";
import {InWords} from "../../components/states";

export type Endpoint = Schemas["EndpointWhole"];
export type Change = Schemas["EndpointChange"];

export const NUMBERS = {
  max_in_flight: {title: "Attempts at a time", most: 256},
  rate_per_second: {title: "Attempts a second", most: 10_000},
  timeout_seconds: {title: "Seconds for an answer", most: 60},
} as const;

type NumberName = keyof typeof NUMBERS;
export const NUMBER_NAMES = Object.keys(NUMBERS) as NumberName[];

// "Name: value", a line each.
export function headerLines(headers: Record<string, string> | null | undefined) {
  return Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`).join("\n");
}

function headersIn(text: string) {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  if (lines.length === 0) return null;
  return Object.fromEntries(lines.map((line) => {
    const colon = line.indexOf(":");
    if (colon < 1) throw new InWords(`“${line}” must be a name, a colon and a value`);
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  }));
}

function scheduleIn(text: string) {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  if (words.length === 0) return null;
  return words.map((word) => {
    if (!/^\d{1,9}$/.test(word)) throw new InWords(`“${word}” is no number of seconds`);
    return Number(word);
  });
}

// Throws what cannot be sent, in words.
function wanted(fields: Fields): Change {
  const text = (name: string) => fields[name]?.trim() || null;
  const numbers = Object.fromEntries(NUMBER_NAMES.map((name) =>
    [name, text(name) === null ? null : Number(text(name))]));
  return {
    target_url: text("target_url") ?? "",
    description: text("description"),
    ...numbers,
    retry_schedule: scheduleIn(fields["retry_schedule"] ?? ""),
    headers: headersIn(fields["headers"] ?? ""),
    legacy_signature_header: text("legacy_signature_header"),
    ed25519: fields["ed25519"] === "on",
  };
}

export function changeOf(endpoint: Endpoint, fields: Fields): Change {
  const before: Change = {...endpoint, ed25519: Boolean(endpoint.ed25519_public_key)};
  return Object.fromEntries(Object.entries(wanted(fields)).filter(([name, value]) =>
    JSON.stringify(value) !== JSON.stringify(before[name as keyof Change] ?? null)));
}
