// What the pages show while things change: the overview by its stream, the tail of the log, times
// of the place; what of it is covered, and what a viewer is let see.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import { after, before, test } from "node:test";

import { go, open, openBrowser, signIn, USER } from "../dashboard/world.mjs";
import { cellsOf, settled } from "../hostile/world.mjs";
import { head, newest, push } from "./world.mjs";

const TAIL_MOST = 5_000;  // rows that the tail keeps
const FLOOD = 6_000;

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

const eventsShown = async (page) => {
  const card = page.locator(".mantine-Card-root", { hasText: "Events in the last hour" });
  return Number(/\d+$/.exec((await card.innerText()).trim())[0]);
};

const grows = async (page, by, act) => {
  const before = await eventsShown(page);
  await act();
  await page.waitForFunction((wanted) =>
    [...document.querySelectorAll(".mantine-Card-root")].some(({ textContent }) =>
      textContent.startsWith("Events in the last hour") && textContent.endsWith(String(wanted))),
  before + by);
};

test("the overview is told what differs, and asks nothing", async () => {
  const { page, end } = await open(browser);
  await signIn(page);
  await page.getByText("Live", { exact: true }).waitFor();
  await page.locator("canvas").waitFor();  // it comes after all else
  const asked = [];
  page.on("request", (one) => { asked.push(new URL(one.url()).pathname); });
  await grows(page, 3, () => push(3));
  assert.deepEqual(asked, []);
  await end();
});

test("without its stream the overview asks", async () => {
  const { page, end } = await open(browser);
  await page.route("**/api/v1/activity/stream?*", (route) => route.fulfill({ status: 503 }));
  await signIn(page);
  await page.getByText("Asked every 5 s").waitFor();
  await page.locator("canvas").waitFor();
  await grows(page, 2, () => push(2));
  await end();
});

test("a stream ends with its session, and the door is shown", async () => {
  const { page, end } = await open(browser);
  await signIn(page);
  await page.getByText("Live", { exact: true }).waitFor();
  assert.equal(await page.evaluate(async () => {
    const { data } = await (await fetch("/api/v1/session")).json();
    const headers = { "X-Chartbell-Csrf": data.csrf_token };
    return (await fetch("/api/v1/session", { method: "DELETE", headers })).status;
  }), 200);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await end();
});

test("times are those of the place, and in UTC where they are pointed at", async () => {
  const { page, end } = await open(browser);
  await push(1);
  const [event] = await newest(1);
  await signIn(page);
  await go(page, "/events");
  const time = page.locator("tbody tr[tabindex] time").first();
  await time.waitFor();
  const there = await page.evaluate((at) => ["Europe/Berlin", "America/New_York"].map((timeZone) =>
    new Date(at).toLocaleTimeString("en-US", { timeZone, hour: "2-digit", minute: "2-digit" })),
  event.event_time);
  const [hour] = there[0].split(":");
  assert.match(await time.textContent(), new RegExp(`\\b${hour}:`));
  assert.match(await time.textContent(), /GMT\+[12]$/, "another zone than the page's");
  assert.equal(await time.getAttribute("datetime"), event.event_time);
  assert.equal(await time.getAttribute("title"),
    `${event.event_time.replace("T", " ").replace("Z", "")} UTC, shown in Europe/Berlin`);
  await go(page, "/endpoints");
  await page.locator("tbody tr[tabindex]").first().waitFor();
  const titles = await page.locator("main time").evaluateAll((all) => all.map((one) => one.title));
  assert.ok(titles.length > 0, "there are times");
  assert.ok(titles.every((one) => one.endsWith("shown in America/New_York")), titles.join("\n"));
  await end();
});

test("a time is typed as it is shown", async () => {
  const { page, end } = await open(browser);
  await signIn(page);
  let tell;
  const told = new Promise((done) => { tell = done; });
  await page.route("**/institutions", async (route) => { await told; await route.continue(); });
  await go(page, "/events");
  const since = page.getByLabel("Since");
  await since.waitFor();
  assert.equal(await since.isEditable(), false, "where that is is not known yet");
  tell();
  await since.fill("2031-07-01T09:00");
  await since.blur();
  await page.getByRole("heading", { name: "No such events" }).waitFor();
  assert.equal(new URL(page.url()).searchParams.get("since"), "2031-07-01T13:00:00.000Z");
  await page.reload();
  await page.getByTitle("In the time of America/New_York").waitFor();
  assert.equal(await since.inputValue(), "2031-07-01T09:00");
  await end();
});

test("what a receiver answered is covered until it is revealed", async () => {
  const { page, end } = await open(browser);
  await push(1);
  await signIn(page);
  await go(page, "/deliveries?state=all");
  await page.locator("tbody tr[tabindex]").first().click();
  const covered = page.getByText("What the receiver answered may name a patient.");
  await covered.first().waitFor();
  assert.ok(!(await page.content()).includes("canary"));
  const [put] = await Promise.all([
    page.waitForRequest((one) => one.url().endsWith("/api/v1/audit/reveals")),
    covered.locator("..").getByRole("button", { name: "Reveal" }).click()]);
  assert.equal(put.postDataJSON().resource_type, "Response");
  await page.getByText("canary of Ada").first().waitFor();
  const trail = await page.evaluate(async () =>
    (await fetch("/api/v1/audit?act=revealed")).json());
  assert.match(trail.data[0].about, /^Response evt_\w+\.\d+$/);
  await end();
});

test("a viewer sees how things stand, and none of what they cannot do", async () => {
  const { page, end } = await open(browser);
  await signIn(page, { ...USER, name: "vic" });
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByText("/events", { exact: false }).first().waitFor();
  for (const path of ["/endpoints", "/deliveries?state=all", "/events"]) {
    await go(page, path);
    await page.locator("tbody tr[tabindex]").first().click();
    await page.getByRole("button", { name: "Close" }).waitFor();
    await settled(page);
    const buttons = await page.locator("main button").allTextContents();
    const acts = buttons.filter((text) =>
      /^(New|Make|Send|Pause|Resume|Delete|Remove|Subscribe|Replay|Cancel|Reveal)/.test(text));
    assert.deepEqual(acts, [], path);
  }
  await page.getByText("Operators may see it.").first().waitFor();
  const list = await page.evaluate(async () => (await fetch("/webhook_endpoints")).json());
  const secrets = list.data.map((row) => row.secret_key);
  assert.ok(secrets.length > 0 && secrets.every((secret) => secret === ""));
  await end();
});

const sequencesIn = async (page) => {
  const [file] = await Promise.all([
    page.waitForEvent("download"), page.getByRole("button", { name: "CSV", exact: true }).click()]);
  const [, ...rows] = cellsOf(await fs.readFile(await file.path(), "utf8"));
  return rows.filter((row) => row.length > 1).map((row) => Number(row.at(-1).split("_").at(-1)));
};

const arrived = (page, sequence) => page.waitForFunction((wanted) =>
  document.querySelector("tbody tr[tabindex]")?.textContent.endsWith(`_${wanted}`), sequence);

const expectNoGap = (sequences, first) => {
  assert.equal(sequences[0], first);
  sequences.forEach((sequence, at) => assert.equal(sequence, first - at, `row ${at}`));
};

test("the tail tells each event once, and keeps no more than it shows well", async () => {
  const { page, end } = await open(browser);
  await signIn(page);
  await go(page, "/events");
  await page.locator("tbody tr[tabindex]").first().waitFor();
  await push(5);  // between what was read and the tail
  await page.locator("main label", { hasText: "Live" }).click();
  await push(1_000);
  await arrived(page, await head());
  const some = await sequencesIn(page);
  assert.ok(some.length > 1_000);
  expectNoGap(some, await head());

  const flood = push(FLOOD);
  await page.locator("tbody tr[tabindex]").nth(3).click();  // while it runs
  await page.getByText("What was sent").waitFor();
  await flood;
  await arrived(page, await head());
  const all = await sequencesIn(page);
  assert.equal(all.length, TAIL_MOST);
  expectNoGap(all, await head());
  assert.ok(await page.locator("tbody tr").count() < 100, "rows are made as they are looked at");
  await page.getByText("The newest alone.").waitFor();
  await end();
});
