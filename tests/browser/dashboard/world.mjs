// The operator's browser. The daemon runs already: CHARTBELL_URL, CHARTBELL_SETUP_TOKEN,
// CHARTBELL_RECEIVER (answers 500 until it is told to answer 200 by a POST to its /mend);
// tests/e2e/test_dashboard.py starts it.
import assert from "node:assert/strict";
import fs from "node:fs";

import { openBrowser, openPage } from "../world.mjs";

export { openBrowser };

const SHOTS = process.env.CHARTBELL_SHOTS;  // a folder for pictures of every page
const AXE = fs.readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const GRAVE = ["serious", "critical"];

export const USER = { name: "ada", display_name: "Ada Lovelace", password: "four words or something" };

export const LOOKS = {
  light: { viewport: { width: 1380, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1380, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light" },
};

export const setting = (name) => {
  const value = process.env[name];
  assert.ok(value, `${name} is not set`);
  return value;
};

// A page that must break no policy, say no error and ask nobody else.
export const open = async (browser, look = LOOKS.light) => {
  const opened = await openPage(browser, look);
  const broken = [];
  await opened.page.exposeFunction("toldOfPolicy", (what) => broken.push(what));
  await opened.page.addInitScript(() => document.addEventListener("securitypolicyviolation",
    (event) => globalThis.toldOfPolicy(`${event.violatedDirective} ${event.blockedURI}`)));
  const end = async () => {
    await opened.end();
    assert.deepEqual(broken, []);
  };
  return { ...opened, end };
};

export const go = (page, path) => page.goto(new URL(`/app${path}`, setting("CHARTBELL_URL")).href);

// That the first user is there, by the API.
export const setUp = async () => {
  const url = (path) => new URL(path, setting("CHARTBELL_URL"));
  const asked = await fetch(url("/api/v1/session"));
  if (asked.headers.get("x-chartbell-sign-in") !== "setup") return;
  const made = await fetch(url("/api/v1/setup"), {
    method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: setting("CHARTBELL_SETUP_TOKEN"), ...USER }) });
  assert.equal(made.status, 201);
};

// Name and password, and no further.
export const enter = async (page, { name, password }) => {
  await go(page, "/");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
};

export const signIn = async (page, user = USER) => {
  await enter(page, user);
  await page.getByRole("heading", { name: "Overview" }).waitFor();
};

// That people with whatever sense can use the page as it is now, and that it fits its window.
export const judge = async (page, name) => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(width <= 0, `${name} is ${width} pixels too wide`);
  await page.evaluate(AXE);
  const { violations, passes } = await page.evaluate(() => axe.run());
  assert.ok(passes.length > 5, `${name}: axe has looked at nothing`);
  const grave = violations.filter(({ impact }) => GRAVE.includes(impact)).map(({ id, nodes }) =>
    ({ id, at: nodes.map((node) => node.html + node.failureSummary) }));
  assert.deepEqual(grave, [], `${name}: axe`);
};

export const mend = async () => {
  const answer = await fetch(`${setting("CHARTBELL_RECEIVER")}/mend`, { method: "POST" });
  assert.equal(answer.status, 200);
};
