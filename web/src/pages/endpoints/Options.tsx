// What is set of an endpoint that is not as usual.
import {Text} from "@mantine/core";
import type {ReactNode} from "react";

import {Time} from "../../components/Time";
import {type Endpoint, headerLines, NUMBER_NAMES, NUMBERS} from "./options";

function rowsOf(endpoint: Endpoint): [string, ReactNode][] {
  const rows: [string, ReactNode][] = NUMBER_NAMES.map((name) =>
    [NUMBERS[name].title, endpoint[name]]);
  const schedule = endpoint.retry_schedule?.map((seconds) => `${seconds} s`).join(", ");
  return [
    ...rows,
    ["Tries again after", schedule],
    ["Headers", headerLines(endpoint.headers)],
    ["Old signature in", endpoint.legacy_signature_header],
    ["Ed25519 public key", endpoint.ed25519_public_key],
    ["Client certificate", endpoint.client_certificate ? "shown to the receiver" : ""],
    ...endpoint.retired_secrets.map(({until}): [string, ReactNode] =>
      ["An old secret signs along", <>until <Time at={until} /></>]),
  ].filter((row): row is [string, ReactNode] =>
    row[1] !== null && row[1] !== undefined && row[1] !== "");
}

export function Options({endpoint}: {endpoint: Endpoint}) {
  const rows = rowsOf(endpoint);
  if (rows.length === 0) return null;
  return (
    <dl className="facts">
      {rows.map(([title, value], at) => (
        <div key={`${title} ${at}`}>
          <dt>{title}</dt>
          <dd className="breaks"><Text span size="sm" className="lines">{value}</Text></dd>
        </div>))}
    </dl>
  );
}
