// A practice that pushes as fast as it is told to: CHARTBELL_KEY is its key, at CHARTBELL_URL.
import assert from "node:assert/strict";

import { setting } from "../dashboard/world.mjs";

const SUBDOMAIN = "green-dental";
const LINES = 1_000;

let pushed = 0;

const call = async (path, how = {}) => {
  const url = new URL(path, setting("CHARTBELL_URL"));
  url.searchParams.set("subdomain", SUBDOMAIN);
  const answer = await fetch(url, {
    ...how, headers: { authorization: setting("CHARTBELL_KEY"), ...how.headers } });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return (await answer.json()).data;
};

const line = () => JSON.stringify({
  type: "patient", foreign_id: `p-${process.pid}-${++pushed}`, revision: 1,
  data: { first_name: "Ada", last_name: `Number ${pushed}`, location_ids: ["2"] } });

// So many new patients, each with an event.
export const push = async (count) => {
  for (let left = count; left > 0; left -= LINES) {
    const body = Array.from({ length: Math.min(left, LINES) }, line).join("\n");
    const data = await call("/api/v1/sources/vendor/resources", {
      method: "POST", body, headers: { "content-type": "application/x-ndjson" } });
    assert.equal(data.applied, Math.min(left, LINES));
  }
};

// The sequence of the newest event.
export const head = async () => (await call("/api/v1/events?limit=1"))[0]?.sequence ?? 0;

export const newest = async (limit) => call(`/api/v1/events?limit=${limit}`);
