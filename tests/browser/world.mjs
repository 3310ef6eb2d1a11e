// A browser, and the API by which a test asks a patient and sees what came of it.
//
// The daemon runs already: CHARTBELL_URL, CHARTBELL_KEY, CHARTBELL_SUBDOMAIN, CHARTBELL_PATIENT (its
// id), CHARTBELL_LOCATION; tests/e2e/test_forms_browser.py starts it.
import assert from "node:assert/strict";
import fs from "node:fs";

import { chromium } from "playwright-core";

export const BIRTH = { day: "31", month: "3", year: "1980" };
const SHOTS = process.env.CHARTBELL_SHOTS;  // a folder for pictures of every page

export const SIZES = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  desktop: { viewport: { width: 1280, height: 900 } },
  narrow: { viewport: { width: 320, height: 640 } },
};

// ---- the API ---------------------------------------------------------------------------------------

const setting = (name) => {
  const value = process.env[name];
  assert.ok(value, `${name} is not set`);
  return value;
};

const call = async (method, path, body) => {
  const url = new URL(path, setting("CHARTBELL_URL"));
  url.searchParams.set("subdomain", setting("CHARTBELL_SUBDOMAIN"));
  const answer = await fetch(url, {
    method,
    headers: { authorization: setting("CHARTBELL_KEY"), "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text).data;
};

// {id, template} of the newest version of a name.
export const templateNamed = async (name) => {
  const [row] = await call("GET", `/form_templates?name=${name}`);
  return call("GET", `/form_templates/${row.id}`);
};

export const newTemplate = (template) => call("POST", "/form_templates", template);

export const ask = async (version, language) => {
  const data = await call("POST", "/form_requests", { form_request: {
    patient_id: Number(setting("CHARTBELL_PATIENT")), form_template_id: version.id, language,
    location_id: Number(setting("CHARTBELL_LOCATION")) } });
  return data.form_request;
};

export const revoke = (request) => call("DELETE", `/form_requests/${request.id}`);

// The response to a request; nothing while there is none.
export const responseTo = async (request) => {
  const [row] = await call("GET", `/form_responses?form_request_id=${request.id}`);
  return row && call("GET", `/form_responses/${row.id}`);
};

// Told to whoever started the tests: they expect the events of it.
export const noteCompleted = (request, answers) => {
  const file = process.env.CHARTBELL_COMPLETED;
  if (file) fs.appendFileSync(file, JSON.stringify({ id: request.id, answers }) + "\n");
};

// ---- the browser -----------------------------------------------------------------------------------

export const openBrowser = () => chromium.launch({
  executablePath: process.env.CHARTBELL_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

// Chromium's own word for a page with such a status, which a test has asked for.
const STATUS = /^Failed to load resource: the server responded with a status of (4\d\d|503)/;

// A page of its own browser, and what it must not do: say errors, run what was typed, ask others.
// Nothing moves in it: what scrolls smoothly has no place to press, and a browser without scripts has
// no timer by which the driver could wait for one.
export const openPage = async (browser, options = {}) => {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (said) => {
    if (said.type() === "error" && !STATUS.test(said.text())) faults.push(said.text());
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("dialog", (dialog) => {
    if (dialog.type() !== "beforeunload") faults.push(`a dialog: ${dialog.message()}`);
    dialog.accept().catch(() => {});
  });
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(setting("CHARTBELL_URL")).origin)
      faults.push(`asks ${request.url()}`);
  });
  const end = async () => {
    await context.close();
    assert.deepEqual(faults, []);
  };
  return { page, context, end };
};

// ---- pages -----------------------------------------------------------------------------------------

const AXE = fs.readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const GRAVE = ["serious", "critical"];

// That people with whatever sense can use the page as it is now, and that it fits its window.
export const judge = async (page, name) => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(width <= 0, `${name} is ${width} pixels too wide`);
  await page.evaluate(AXE);
  const result = await page.evaluate(async () => {
    const { violations, passes } = await axe.run();
    return {
      passes: passes.length,
      violations: violations.map(({ id, impact, nodes }) => (
        { id, impact, at: nodes.map((node) => node.html + node.failureSummary) })),
    };
  });
  assert.ok(result.passes > 5, `${name}: axe has looked at nothing`);
  const grave = result.violations.filter(({ impact }) => GRAVE.includes(impact));
  assert.deepEqual(grave, [], `${name}: axe`);
};

export const sayBirth = async (page, birth = BIRTH) => {
  for (const [part, text] of Object.entries(birth)) await page.fill(`[name="birth.${part}"]`, text);
  await page.click("form button");
};

// The form's page of a request.
export const openForm = async (page, request) => {
  await page.goto(request.url);
  await sayBirth(page);
  await page.waitForSelector("#answers");
};

export const submit = (page) => page.click('.acts [value="submit"]');
