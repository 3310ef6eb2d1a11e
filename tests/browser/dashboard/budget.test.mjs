// What a browser loads before it shows anything: 250 kB, compressed, at most.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { setting } from "./world.mjs";

const BUDGET = 250_000;

const load = async (path) => {
  const answer = await fetch(new URL(path, setting("CHARTBELL_URL")));
  assert.equal(answer.status, 200, path);
  return Buffer.from(await answer.arrayBuffer());
};

test("the first load is within its budget", async () => {
  const page = await load("/app/");
  const files = [...page.toString().matchAll(/(?:src|href)="(\/app\/[^"]+)"/g)].map(([, path]) => path);
  assert.ok(files.some((path) => path.endsWith(".js")) && files.some((path) => path.endsWith(".css")));
  const contents = [page, ...await Promise.all(files.map(load))];
  const size = contents.reduce((all, content) => all + gzipSync(content, { level: 9 }).length, 0);
  assert.ok(size <= BUDGET, `${size} bytes`);
});
