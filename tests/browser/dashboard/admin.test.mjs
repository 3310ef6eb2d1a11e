// What admins and operators do besides watching: users and second factors, the command palette,
// everything of an endpoint, and the trail that all of it leaves.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { codeOf } from "./totp.mjs";
import {
  enter, go, judge, LOOKS, mend, open, openBrowser, setting, setUp, signIn, USER,
} from "./world.mjs";

// What would run, were it not text.
const NAUGHTY = "<img src=x onerror=alert(1)>";
const OTTO = { name: "otto", display_name: `Otto ${NAUGHTY}`, password: "" };

let browser;
before(async () => {
  browser = await openBrowser();
  await setUp();
});
after(() => browser.close());

const button = (page, name) => page.getByRole("button", { name, exact: true });
const heading = (page, name) => page.getByRole("heading", { name, exact: true });
const dialog = (page) => page.getByRole("dialog");

const pick = async (page, label, option) => {
  await page.getByRole("textbox", { name: label, exact: true }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
};

const signOut = async (page) => {
  await page.getByRole("button", { name: "Signed in as" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await heading(page, "Sign in").waitFor();
};

const settled = (page) => page.waitForFunction(() =>
  document.querySelector("[role=status][aria-label=Loading]") === null);

// By the palette, as a person without a mouse does.
const command = async (page, text) => {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "A page, an act" }).waitFor();
  await page.keyboard.type(text);
  await page.getByRole("option", { selected: true }).filter({ hasText: text }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Go to, or do" }).waitFor({ state: "detached" });
};

test("a user is made with a role, and signs in with it", async () => {
  const { page, end } = await open(browser);
  await signIn(page);
  await page.getByRole("link", { name: "Keys & users" }).click();
  await page.getByRole("table", { name: "keys" }).getByText("active").first().waitFor();
  await button(page, "New user").click();
  await page.getByLabel("Full name").fill(OTTO.display_name);
  await page.getByLabel("Name to sign in with").fill(OTTO.name);
  await page.getByLabel("Role").selectOption("operator");
  await button(page, "Make one up").click();
  OTTO.password = await page.getByLabel("First password").inputValue();
  assert.ok(OTTO.password.length >= 12);
  await judge(page, "new-user");
  await button(page, "Make the user").click();
  const made = page.getByRole("region", { name: "The user" });
  await made.getByText("Operator: looks and acts").waitFor();
  await judge(page, "user");
  await signOut(page);
  await signIn(page, OTTO);
  assert.equal(await page.getByRole("link", { name: "Keys & users" }).count(), 0);
  await end();
});

let codes = [];
test("a second factor is enrolled by its secret, and signs in from then on", async () => {
  const { page, end } = await open(browser);
  await signIn(page, OTTO);
  await go(page, "/account");
  await button(page, "Turn it on").click();
  await page.getByLabel("Your password", { exact: true }).fill(OTTO.password);
  await button(page, "Go on").click();
  await page.getByRole("img", { name: "The secret as a QR code" }).waitFor();
  await judge(page, "enrol");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "code");
  const secret = (await dialog(page).locator("pre").textContent()).replaceAll(" ", "");
  await page.getByRole("textbox", { name: "Code" }).fill("000000");
  await button(dialog(page), "Turn it on").click();
  await dialog(page).getByRole("alert").waitFor();
  await page.getByRole("textbox", { name: "Code" }).fill(codeOf(secret));
  await button(dialog(page), "Turn it on").click();
  await heading(page, "Recovery codes").waitFor();
  codes = (await dialog(page).locator("pre").textContent()).split("\n");
  assert.equal(codes.length, 10);
  const [kept] = await Promise.all([
    page.waitForEvent("download"), button(page, "Download").click()]);
  assert.equal(kept.suggestedFilename(), "chartbell-recovery-codes.txt");
  await judge(page, "recovery-codes");
  await button(page, "I have kept them").click();
  await button(page, "Turn it off").waitFor();

  await signOut(page);
  await enter(page, OTTO);
  await page.getByRole("textbox", { name: "Code" }).fill(codeOf(secret, 1));
  await button(page, "Go on").click();
  await heading(page, "Overview").waitFor();
  await end();
});

test("an admin who must have a second factor enrols at the door", async () => {
  const { page, end } = await open(browser);
  await page.route("**/api/v1/session", async (route) => {
    const answer = await route.fetch();
    const body = await answer.text();
    await route.fulfill({ response: answer,
      body: body.replace('"second_factor_missing":false', '"second_factor_missing":true') });
  });
  await enter(page, USER);
  await heading(page, "Second factor").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(USER.password);
  await button(page, "Go on").click();
  await page.getByRole("img", { name: "The secret as a QR code" }).waitFor();
  await judge(page, "enrol-at-the-door");
  const secret = (await page.locator("pre").textContent()).replaceAll(" ", "");
  await page.getByRole("textbox", { name: "Code" }).fill(codeOf(secret));
  await page.unroute("**/api/v1/session");
  await button(page, "Turn it on").click();
  await heading(page, "Recovery codes").waitFor();
  await judge(page, "recovery-codes-at-the-door");
  await button(page, "I have kept them").click();
  await heading(page, "Overview").waitFor();
  await go(page, "/account");
  await button(page, "Turn it off").click();
  await page.getByLabel("Your password", { exact: true }).fill(USER.password);
  await button(dialog(page), "Turn it off").click();
  await button(page, "Turn it on").waitFor();
  await end();
});

test("a recovery code signs in once", async () => {
  const { page, end } = await open(browser);
  for (const title of ["Overview", "One more step"]) {
    await enter(page, OTTO);
    await page.getByRole("textbox", { name: "Code" }).fill(codes[0]);
    await button(page, "Go on").click();
    await heading(page, title).waitFor();
    if (title === "Overview") await signOut(page);
  }
  await page.getByRole("alert").waitFor();
  await end();
});

test("an endpoint is edited, given a new secret, paused, replayed to and deleted", async () => {
  await mend();
  const { page, end } = await open(browser);
  await signIn(page);
  await command(page, "New endpoint");
  await page.getByLabel("Address").fill(`${setting("CHARTBELL_RECEIVER")}/billing`);
  await button(page, "Make it").click();
  await button(page, "I have kept it").click();
  const region = page.getByRole("region", { name: "The endpoint" });
  await pick(page, "Subscribe to", "patient_created");
  await region.getByText("A sample of patient_created").waitFor();
  await judge(page, "subscribe");
  await button(region, "Subscribe").click();
  await button(region, "Remove").waitFor();

  await button(region, "Edit").click();
  await page.getByLabel("Description").fill(`The billing program ${NAUGHTY}`);
  await page.getByLabel("Attempts a second").fill("50");
  await page.getByLabel("Tries again after").fill("60, 5");
  await page.getByLabel("Headers", { exact: true }).fill("X-Practice: green");
  await button(page, "Save").click();
  await dialog(page).getByText("retry_schedule must be").waitFor();
  await page.getByLabel("Tries again after").fill("5, 60");
  await judge(page, "edit-endpoint");
  await button(page, "Save").click();
  await dialog(page).waitFor({ state: "detached" });
  for (const text of ["The billing program", "5 s, 60 s", "X-Practice: green"])
    await region.getByText(text).waitFor();

  await button(region, "New secret").click();
  await page.getByLabel("The old one signs along").selectOption("3600");
  await button(page, "Make a new secret").click();
  await page.getByText("whsec_").waitFor();
  await button(page, "I have kept it").click();
  await region.getByText("An old secret signs along").waitFor();

  await button(region, "Pause").first().click();
  await region.getByText("paused", { exact: true }).waitFor();
  await button(region, "Resume").first().click();
  await region.getByText("healthy").waitFor();

  await region.getByText("By event").click();
  await page.getByLabel("First event").fill("1");
  await region.getByText("Only what has not arrived").click();
  await button(region, "Replay").click();
  await button(dialog(page), "Replay").click();
  await region.getByText("1 sent").waitFor();
  await region.getByRole("progressbar", { name: "Replayed: 100 %" }).waitFor();
  await judge(page, "endpoint");

  await button(region, "Delete").click();
  await button(dialog(page), "Delete").click();
  await region.waitFor({ state: "detached" });
  await page.getByText("/billing").first().waitFor({ state: "detached" });
  await end();
});

test("the palette goes anywhere by keyboard alone", async () => {
  const { page, end } = await open(browser);
  await signIn(page);
  await command(page, "Deliveries");
  await heading(page, "Deliveries").waitFor();
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "A page, an act" });
  await field.waitFor();
  const active = () => field.getAttribute("aria-activedescendant");
  const first = await active();
  await page.keyboard.press("ArrowDown");
  assert.notEqual(await active(), first);
  const option = page.locator(`[id="${await active()}"]`);
  assert.equal(await option.getAttribute("aria-selected"), "true");
  await judge(page, "palette");
  await page.keyboard.type("no such thing");
  await dialog(page).getByText("Nothing fits.").waitFor();
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "detached" });

  await command(page, "/events");
  await page.getByRole("region", { name: "The endpoint" }).waitFor();
  const scheme = () => page.locator("html").getAttribute("data-mantine-color-scheme");
  const before = await scheme();
  await command(page, "Switch theme");
  assert.notEqual(await scheme(), before);
  await go(page, "/events");
  const id = await page.locator("tbody tr[tabindex] .code").first().textContent();
  await command(page, id);
  await page.getByRole("region", { name: "The event" }).getByText(id).first().waitFor();
  await page.getByRole("link", { name: "API", exact: true }).click();
  await page.waitForURL("**/docs");
  await page.goBack();
  await button(page, "Reveal").click();
  await page.getByText("7 members").waitFor();
  await command(page, "Sign out");
  await heading(page, "Sign in").waitFor();
  await end();
});

test("one's own password is changed, and every browser signed out", async () => {
  const { page, end } = await open(browser);
  await enter(page, OTTO);
  await page.getByRole("textbox", { name: "Code" }).fill(codes[1]);
  await button(page, "Go on").click();
  await heading(page, "Overview").waitFor();
  await page.getByRole("button", { name: "Signed in as" }).click();
  await page.getByRole("menuitem", { name: "Your account" }).click();
  await page.getByLabel("Your password until now").fill("not the one it is");
  await page.getByLabel("Your new password").fill(`${OTTO.password}!`);
  await button(page, "Change the password").click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Your password until now").fill(OTTO.password);
  await button(page, "Change the password").click();
  await page.getByText("It is changed.").waitFor();
  OTTO.password += "!";
  await button(page, "Sign out everywhere").click();
  await button(dialog(page), "Sign out everywhere").click();
  await enter(page, OTTO);
  await heading(page, "One more step").waitFor();
  await end();
});

test("an admin helps a user who has lost all, and takes them out", async () => {
  const { page, end } = await open(browser);
  await signIn(page);
  await go(page, "/users");
  await page.getByRole("row").filter({ hasText: OTTO.display_name }).click();
  const region = page.getByRole("region", { name: "The user" });
  await button(region, "Turn off second factor").click();
  await button(dialog(page), "Turn off second factor").click();
  await region.getByText("without a second factor").waitFor();
  await button(region, "New password").click();
  await page.getByLabel("New password", { exact: true }).fill("another four words");
  await button(page, "Set it").click();
  await dialog(page).waitFor({ state: "detached" });

  const other = await open(browser);
  await signIn(other.page, { ...OTTO, password: "another four words" });
  await button(region, "Name and role").click();
  await page.getByLabel("Role").selectOption("viewer");
  await button(page, "Save").click();
  await region.getByText("Viewer: looks").waitFor();
  await other.page.reload();
  await heading(other.page, "Sign in").waitFor();
  await other.end();

  await button(region, "Disable").click();
  await button(dialog(page), "Disable").click();
  await region.getByText("disabled").waitFor();
  await button(region, "Remove").click();
  await button(dialog(page), "Remove").click();
  await region.waitFor({ state: "detached" });
  await page.getByText(OTTO.display_name).first().waitFor({ state: "detached" });
  await end();
});

test("the trail has all of it", async () => {
  const { page, end } = await open(browser);
  await signIn(page);
  await command(page, "Audit");
  const trail = page.getByRole("table", { name: "audit" });
  await trail.getByText("signed in", { exact: true }).first().waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), button(page, "CSV").click()]);
  const text = await readFile(await file.path(), "utf8");
  for (const act of ["added_user", "turned_on_second_factor", "used_recovery_code",
    "second_factor_refused", "revealed", "POST /webhook_endpoints/{}/rotate_secret",
    "POST /api/v1/endpoints/{}/replays", "DELETE /webhook_endpoints/{}", "deleted_user"])
    assert.ok(text.includes(`,${act},`), act);
  await pick(page, "What", "looked at");
  await trail.getByRole("link", { name: "Event evt_" }).waitFor();
  await judge(page, "revealed-in-the-trail");
  await button(page, "Clear").click();
  await pick(page, "What", "DELETE /webhook_endpoints/{}");
  await trail.getByText("signed in").first().waitFor({ state: "detached" });
  await pick(page, "What", "used a recovery code");
  await trail.getByText("DELETE").first().waitFor({ state: "detached" });
  assert.equal(await trail.locator("tbody tr").count(), 2);
  assert.ok(page.url().includes("act=used_recovery_code"));
  await page.getByLabel("Until").fill("2020-01-01T00:00");
  await page.getByLabel("Until").blur();
  await page.getByText("Nothing was put down").waitFor();
  await end();
});

for (const [name, look] of Object.entries(LOOKS)) {
  test(`the pages of admins, ${name}`, async () => {
    const { page, end } = await open(browser, look);
    await signIn(page);
    for (const path of ["users", "account", "audit", "endpoints"]) {
      await go(page, `/${path}`);
      await page.locator("main h2").waitFor();
      await settled(page);
      const row = page.locator("tbody tr[tabindex]").first();
      if (await row.count()) {
        await row.click();
        await button(page, "Close").waitFor();
        await settled(page);
      }
      await judge(page, `admin-${path}-${name}`);
    }
    await page.keyboard.press("Control+k");
    await page.getByRole("option", { selected: true }).waitFor();
    await judge(page, `admin-palette-${name}`);
    await end();
  });
}
