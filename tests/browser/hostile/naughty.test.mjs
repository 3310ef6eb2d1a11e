// Texts that ask for trouble, in every field that a page shows (tests/e2e/naughty.py): they are
// shown as they are, and nothing else comes of them.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import { after, before, test } from "node:test";

import { go, LOOKS, open, openBrowser, setting, signIn } from "../dashboard/world.mjs";
import { cellsOf, pagesOf, settled, walk } from "./world.mjs";

const SCRIPTS = JSON.parse(setting("CHARTBELL_NAUGHTY"));

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

const openListening = async (look) => {
  const opened = await open(browser, look);
  const ran = [];
  await opened.page.exposeFunction("ran", (what) => ran.push(what));
  const end = async () => {
    await opened.end();
    assert.deepEqual(ran, [], "texts that ran");
  };
  return { ...opened, end };
};

// What no page of ours has: it would be of a text.
const STRANGERS = "iframe, base, object, embed, img, style, link, math, meta, main script, "
  + "[href^='javascript:' i]";
const strangers = (page) => page.evaluate((kinds) =>
  [...document.body.querySelectorAll("*")].filter((one) => one.matches(kinds)
    || [...one.attributes].some(({ name }) => name.startsWith("on"))).map((one) => one.outerHTML),
STRANGERS);

const looked = (page) => async (where) => {
  assert.deepEqual(await strangers(page), [], where);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${where} is ${wide} pixels too wide`);
  assert.match(await page.title(), /· Chartbell$/, where);
};

for (const look of ["light", "phone"])
  test(`no page runs what it shows, ${look}`, async () => {
    const { page, end } = await openListening(LOOKS[look]);
    await signIn(page);
    const paths = await pagesOf(page);
    assert.ok(paths.length >= 4, paths.join());
    let shown = "";
    for (const path of paths)
      await walk(page, path, async (where) => {
        await looked(page)(where);
        shown += await page.locator("body").innerText();
      });
    const seen = SCRIPTS.filter((text) => shown.includes(text));
    assert.ok(seen.length > SCRIPTS.length / 2, `only ${seen.length} of the texts were to be seen`);
    await end();
  });

test("a spreadsheet runs nothing of what is taken out", async () => {
  const { page, end } = await openListening();
  await signIn(page);
  let tables = 0;
  for (const path of [...await pagesOf(page), "/deliveries?state=all"]) {
    await go(page, path);
    await settled(page);
    for (const button of await page.getByRole("button", { name: "CSV", exact: true }).all()) {
      const [file] = await Promise.all([page.waitForEvent("download"), button.click()]);
      const rows = cellsOf(await fs.readFile(await file.path(), "utf8"));
      assert.ok(rows.length > 1, path);
      const formulas = rows.flat().filter((cell) =>
        /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(cell) && Number.isNaN(Number(cell)));
      assert.deepEqual(formulas, [], path);
      ++tables;
    }
  }
  assert.ok(tables >= 3, `${tables} tables`);
  await end();
});

test("an address runs nothing", async () => {
  const { page, end } = await openListening();
  await signIn(page);
  const names = [
    "in", "account", "event", "type", "resource", "since", "endpoint", "state", "live"];
  for (const path of await pagesOf(page))
    for (const text of [SCRIPTS[1], SCRIPTS[6]]) {
      const query = new URLSearchParams(names.map((name) => [name, text]));
      await go(page, `${path}?${query}`);
      await page.locator("main").waitFor();
      await looked(page)(`${path}, ${text}`);
    }
  await go(page, `/${encodeURIComponent(SCRIPTS[0])}`);
  await page.locator("main").waitFor();
  assert.deepEqual(await strangers(page), []);
  await end();
});

test("the door runs nothing", async () => {
  const { page, end } = await openListening();
  await go(page, "/");
  for (const text of SCRIPTS.slice(0, 4)) {
    await page.getByLabel("Name").fill(text);
    await page.getByLabel("Password", { exact: true }).fill(text);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").first().waitFor();
    assert.deepEqual(await strangers(page), []);
  }
  await end();
});
