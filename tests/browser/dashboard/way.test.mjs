// From the first start to a delivery that failed and was mended, and each page in each look.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { go, judge, LOOKS, mend, open, openBrowser, setting, signIn, USER } from "./world.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

const button = (page, name) => page.getByRole("button", { name, exact: true });

const choose = async (page, label, option) => {
  await page.getByRole("textbox", { name: label }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
};

test("the first user is made with the setup token", async () => {
  const { page, end } = await open(browser);
  await go(page, "/");
  await page.getByRole("heading", { name: "Set up" }).waitFor();
  await judge(page, "set-up");
  await page.getByLabel("Setup token").fill("0".repeat(32));
  await page.getByLabel("Your full name").fill(USER.display_name);
  await page.getByLabel("Name to sign in with").fill(USER.name);
  await page.getByLabel("Password", { exact: true }).fill(USER.password);
  await button(page, "Make the first user").click();
  await page.getByText("This is not the setup token").waitFor();
  await page.getByLabel("Setup token").fill(setting("CHARTBELL_SETUP_TOKEN"));
  await button(page, "Make the first user").click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await page.getByRole("button", { name: "Signed in as" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await end();
});

test("a wrong name and a wrong password are told alike", async () => {
  const { page, end } = await open(browser);
  await go(page, "/");
  const told = [];
  for (const [name, password] of [["nobody", USER.password], [USER.name, "something else it is"]]) {
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Password", { exact: true }).fill(password);
    const [answer] = await Promise.all([
      page.waitForResponse((one) => one.request().method() === "POST"),
      button(page, "Sign in").click()]);
    assert.equal(answer.status(), 401);
    told.push(await page.getByRole("alert").textContent());
  }
  assert.equal(told[0], told[1]);
  await end();
});

test("an endpoint is made and subscribed, a delivery fails, is found, mended and sent again", async () => {
  const { page, end } = await open(browser);
  await signIn(page);
  await page.getByRole("link", { name: "Endpoints" }).first().click();
  await button(page, "New endpoint").click();
  await page.getByLabel("Address").fill(`${setting("CHARTBELL_RECEIVER")}/mine`);
  await button(page, "Make it").click();
  await page.getByText("whsec_").waitFor();
  await judge(page, "secret");
  await button(page, "I have kept it").click();
  await choose(page, "Subscribe to", "All events");
  await button(page, "Subscribe").click();
  await page.getByText("All events of everything").waitFor();
  await choose(page, "Sample", "patient_created");
  await button(page, "Send test").click();
  await page.getByText("It did not arrive").waitFor();
  const changed = await fetch(`${setting("CHARTBELL_RECEIVER")}/change`, { method: "POST" });
  assert.equal(changed.status, 200);

  await page.getByRole("link", { name: "Overview" }).click();
  const failed = page.locator(".mantine-Card-root", { hasText: "Failed, tried again" }).getByRole("link");
  await failed.filter({ hasText: /[1-9]/ }).waitFor();
  await failed.click();                                                                // one
  await page.locator("tbody tr[tabindex]").first().click();                            // two
  await page.getByText("rejected with 500").first().waitFor();
  await judge(page, "failed");
  await mend();
  await button(page, "Send all again").click();
  await button(page.getByRole("dialog"), "Send all again").click();
  await page.getByText("Nothing waits to be tried again").waitFor();
  await page.getByText("delivered with 200").first().waitFor();
  await page.getByRole("link", { name: "Overview" }).click();
  await page.getByText("healthy").first().waitFor();
  await page.getByText("failing").waitFor({ state: "detached" });
  await end();
});

test("a payload is covered until it is revealed, and nothing in it runs", async () => {
  const { page, end } = await open(browser);
  await signIn(page);
  await go(page, "/events?type=patient_created");
  await page.locator("tbody tr[tabindex]").first().click();
  await page.getByText("The payload may name a patient.").waitFor();
  assert.equal(await page.getByText("<img src=x").count(), 0);
  const [put] = await Promise.all([
    page.waitForResponse((one) => one.url().endsWith("/api/v1/audit/reveals")),
    button(page, "Reveal").click()]);
  assert.equal(put.status(), 201);
  await page.getByText("<img src=x").first().waitFor();
  assert.equal(await page.locator("img").count(), 0);
  await judge(page, "revealed");
  await end();
});

test("the live tail shows what comes", async () => {
  const { page, end } = await open(browser);
  await signIn(page);
  await go(page, "/events?live=1");
  const first = page.locator("tbody tr[tabindex]").first();
  await first.waitFor();
  const before = await first.textContent();
  await fetch(`${setting("CHARTBELL_RECEIVER")}/change`, { method: "POST" });
  await page.waitForFunction((old) =>
    document.querySelector("tbody tr[tabindex]")?.textContent !== old, before);
  await end();
});

for (const [name, look] of Object.entries(LOOKS)) {
  test(`every page, ${name}`, async () => {
    const { page, end } = await open(browser, look);
    await go(page, "/");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await judge(page, `sign-in-${name}`);
    await signIn(page);
    await page.locator("canvas").waitFor();
    await judge(page, `overview-${name}`);
    for (const path of ["events", "deliveries?state=all", "endpoints"]) {
      await go(page, `/${path}`);
      await page.locator("tbody tr[tabindex]").first().click();
      await page.getByRole("button", { name: "Close" }).waitFor();
      await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
      await judge(page, `${path.split("?")[0]}-${name}`);
    }
    await end();
  });
}
