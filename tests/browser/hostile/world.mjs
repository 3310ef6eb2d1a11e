// What the tests among enemies share: the pages as the navigation has them, and going through each
// as somebody would who clicks on everything. A page that is new is in here by itself.
import assert from "node:assert/strict";

import { go } from "../dashboard/world.mjs";

const ROWS_MOST = 16;  // that are opened of a table

// The addresses of all pages that the user sees, without the institution.
export const pagesOf = (page) => page.locator('nav[aria-label="Pages"] a[href^="/app"]')
  .evaluateAll((links) =>
    links.map((link) => new URL(link.href).pathname.replace(/^\/app/, "") || "/"));

export const settled = async (page) => {
  await page.locator("main h2").first().waitFor();
  await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null);
};

// Everything that is covered or folded is opened.
export const uncover = async (page) => {
  const buttons = page.locator("main button").filter({ hasText: /^Reveal$/ });
  await buttons.evaluateAll((all) => all.forEach((one) => one.click()));
  await page.waitForFunction(() =>
    [...document.querySelectorAll("main button")].every((one) => one.textContent !== "Reveal"));
  await page.evaluate(() => {
    document.querySelectorAll("details").forEach((one) => { one.open = true; });
  });
};

// A page, and each row of its first table; `look` is called whenever something else is shown.
export const walk = async (page, path, look) => {
  await go(page, path);
  await settled(page);
  await uncover(page);
  await look(path);
  const rows = page.locator("main tbody tr[tabindex]");
  for (let at = 0; at < Math.min(ROWS_MOST, await rows.count()); ++at) {
    await rows.nth(at).click();
    await settled(page);
    await uncover(page);
    await look(`${path}, row ${at}`);
  }
};

// Rows of cells (RFC 4180).
export const cellsOf = (text) => {
  const rows = [[]];
  const cell = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n|$)/y;
  for (let found; cell.lastIndex < text.length && (found = cell.exec(text));) {
    const [, raw, end] = found;
    rows.at(-1).push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === "\r\n" && cell.lastIndex < text.length) rows.push([]);
  }
  assert.ok(rows.every((row) => row.length === rows[0].length), "rows of as many cells");
  return rows;
};
