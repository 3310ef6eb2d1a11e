// What is stable of the pages' speed: what they load and ask, and what they make of a hundred
// thousand rows. How soon and how smoothly is measured by `./dev bench dashboard`.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { go, open, openBrowser, signIn } from "../dashboard/world.mjs";
import { fillEvents, slowDown, timeOverview, watchForControl } from "./meter.mjs";
import { push } from "./world.mjs";

const BYTES_MOST = 250_000;
const REQUESTS_MOST = 24;
// At a quarter of a processor that others use, too; the goal is 1,000.
const CONTROL_MOST_MS = 6_000;
const ROWS = 100_000;

let browser;
let cookies;
before(async () => {
  browser = await openBrowser();
  const { page, context, end } = await open(browser);
  await signIn(page);
  cookies = await context.cookies();
  await end();
});
after(() => browser.close());

const visit = async () => {
  const opened = await open(browser);
  await opened.context.addCookies(cookies);
  return opened;
};

const overview = (page) => timeOverview(page, `${process.env.CHARTBELL_URL}/app/?in=green-dental`);

test("somebody who comes for the first time loads and asks little", async () => {
  const { page, context, end } = await visit();
  const network = await context.newCDPSession(page);
  let [bytes, requests] = [0, 0];
  network.on("Network.requestWillBeSent", () => { ++requests; });
  network.on("Network.loadingFinished", ({ encodedDataLength }) => { bytes += encodedDataLength; });
  await network.send("Network.enable");
  await overview(page);
  assert.ok(bytes > 100_000 && bytes <= BYTES_MOST, `${bytes} bytes`);
  assert.ok(requests <= REQUESTS_MOST, `${requests} requests`);
  await end();
});

test("the overview can be used soon on a slow machine", async () => {
  const times = [];
  for (let round = 0; round < 3 && !times.some((one) => one < CONTROL_MOST_MS); ++round) {
    const { page, end } = await visit();
    await watchForControl(page);
    await slowDown(page, 4);
    times.push((await overview(page)).control);
    await end();
  }
  assert.ok(Math.min(...times) < CONTROL_MOST_MS, times.join());
});

test("of a hundred thousand rows those are made that are looked at", async () => {
  await push(1);
  const { page, end } = await visit();
  await fillEvents(page, ROWS);
  await go(page, "/events?in=green-dental");
  await page.locator("tbody tr[tabindex]").first().waitFor();
  assert.equal(await page.locator("table").first().getAttribute("aria-rowcount"), String(ROWS));
  for (const share of [0, 0.5, 1]) {
    await page.locator(".rows").evaluate((one, to) => {
      one.scrollTop = to * one.scrollHeight;
    }, share);
    await page.waitForFunction(({ share, rows }) => {
      const numbers = [...document.querySelectorAll("tbody tr[aria-rowindex]")].map((one) =>
        Number(one.getAttribute("aria-rowindex")));
      const wanted = Math.max(1, Math.round(share * rows));
      return numbers.some((one) => Math.abs(one - wanted) < 30);
    }, { share, rows: ROWS });
    assert.ok(await page.locator("tbody tr").count() < 100);
  }
  await page.locator("tbody tr[tabindex]").last().focus();
  await page.keyboard.press("ArrowUp");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "TR");
  await end();
});
