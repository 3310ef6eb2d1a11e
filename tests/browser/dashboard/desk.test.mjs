// The front desk's pages: a source that holds removals back, requests, forms. On a world of its own:
// tests/e2e/desk.py.
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";

import { fillIn } from "../answers.mjs";
import { newTemplate, openForm, openPage, submit } from "../world.mjs";
import { go, judge, LOOKS, open, openBrowser, setting, signIn, USER } from "./world.mjs";

const PETS = {
  name: "pets", languages: ["en", "es"], title: { en: "Pets", es: "Mascotas" },
  schema: {
    $schema: "https://json-schema.org/draft/2020-12/schema", type: "object",
    additionalProperties: false,
    properties: { cat: { type: "boolean" }, story: { type: "string", maxLength: 400 } },
  },
  sections: [{ title: { en: "At home", es: "En casa" }, fields: [
    { field: "cat", label: { en: "Do you have a cat?", es: "¿Tiene un gato?" } },
    { field: "story", label: { en: "Tell us about it", es: "Cuéntenos" }, widget: "long_text" },
  ] }],
};
const STORY = "She sleeps all day <script>alert(1)</script>";

let browser;
before(async () => {
  browser = await openBrowser();
  const made = await fetch(new URL("/api/v1/setup", setting("CHARTBELL_URL")), {
    method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...USER, token: setting("CHARTBELL_SETUP_TOKEN") }) });
  assert.equal(made.status, 201, await made.text());
  await newTemplate(PETS);
});
after(() => browser.close());

const button = (page, name) => page.getByRole("button", { name, exact: true });
const rows = (page, name) => page.getByRole("table", { name }).locator("tbody tr[tabindex]");
const fact = (page, name) => page.locator(`dt:text-is("${name}") + dd`);

const enter = async (look) => {
  const opened = await open(browser, look);
  await signIn(opened.page);
  return opened;
};

const reveal = async (page) => {
  const [put] = await Promise.all([
    page.waitForResponse((one) => one.url().endsWith("/api/v1/audit/reveals")),
    button(page, "Reveal").click()]);
  assert.equal(put.status(), 201);
};

test("a red source says why, and its removals are confirmed", async () => {
  const { page, end } = await enter();
  await page.getByRole("link", { name: "Sources" }).click();
  const red = rows(page, "sources").first();
  await red.getByText("red").waitFor();
  await red.press("Enter");
  await page.getByText("Removals are held back").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("Removals are held back").waitFor({ state: "detached" });
  assert.equal(await red.evaluate((row) => row === document.activeElement), true);
  await page.keyboard.press("Enter");
  await page.getByText("Removals are held back").waitFor();
  await page.getByText("Why it is red").waitFor();
  await judge(page, "source-red");
  await button(page, "Confirm removals").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(`${setting("CHARTBELL_LOST")} of 83 rows of patient`).waitFor();
  await judge(page, "source-asked");
  await button(dialog, "Confirm removals").click();
  await page.getByText("Removals are held back").waitFor({ state: "detached" });
  await page.getByText("The last trouble, which is over").waitFor();
  await page.getByRole("table", { name: "lights of front-office" }).getByText("green").first()
    .waitFor();
  await page.getByText("Written", { exact: true }).click();
  await page.getByRole("table", { name: "writes complete" }).getByText("create appointment")
    .waitFor();
  await end();
});

test("requests are accepted, moved and declined, and who asks is covered", async () => {
  const { page, end } = await enter();
  await page.getByRole("link", { name: "Requests" }).click();
  await rows(page, "requests").nth(5).waitFor();
  await page.getByText("Today").click();
  await page.getByText("None of them then or there").waitFor();
  await page.getByText("Upcoming").click();
  await rows(page, "requests").first().click();
  await page.getByText("Who asks, and what for.").waitFor();
  assert.equal(await page.getByText("Núñez").count(), 0);
  assert.equal(await page.getByText("A tooth hurts").count(), 0);
  await reveal(page);
  await page.getByText("Ana Núñez").waitFor();
  await page.getByText("A tooth hurts <img src=x").waitFor();
  await judge(page, "request-revealed");

  await button(page, "Move").click();
  const dialog = page.getByRole("dialog");
  const starts = dialog.getByLabel("Starts");
  const day = (await starts.inputValue()).slice(0, 10);
  await starts.fill(`${day}T15:20`);
  await dialog.getByLabel("Minutes").fill("45");
  await dialog.getByLabel("Provider").selectOption("Dr. Jones");
  await dialog.getByLabel("Operatory").selectOption("Chair 2");
  await judge(page, "request-move");
  await button(dialog, "Move it").click();
  await dialog.waitFor({ state: "detached" });
  await fact(page, "Provider").getByText("Dr. Jones").waitFor();
  await fact(page, "Operatory").getByText("Chair 2").waitFor();
  await fact(page, "Length").getByText("45 minutes").waitFor();
  await fact(page, "Starts").getByText(/0?3:20|15:20/).waitFor();

  await button(page, "Accept").click();
  await fact(page, "How it stands").getByText("accepted").waitFor();
  await button(page, "Accept").waitFor({ state: "detached" });
  await rows(page, "requests").nth(4).waitFor();
  await rows(page, "requests").first().click();
  await button(page, "Decline").click();
  await button(page.getByRole("dialog"), "Decline").click();
  await page.getByText("It was declined. There is no way back from that.").waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"), button(page, "CSV").click()]);
  const csv = fs.readFileSync(await download.path(), "utf8");
  assert.match(csv, /^Starts,How it stands,Minutes,Provider/);
  assert.doesNotMatch(csv, /Núñez|tooth/);
  await end();
});

const sendForm = async (page) => {
  await button(page, "Ask a patient").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Patient's id").fill(setting("CHARTBELL_PATIENT"));
  await dialog.getByLabel("Form", { exact: true }).selectOption("pets 1");
  await dialog.getByLabel("Location").selectOption("Hafen");
  await judge(page, "form-asked");
  await button(dialog, "Make the link").click();
  const url = await dialog.locator("pre").textContent();
  assert.match(url, /\/f\/[\w-]{43}$/);
  await judge(page, "form-link");
  await button(dialog, "I have sent it").click();
  return url;
};

const answerForm = async (url) => {
  const { page, end } = await openPage(browser);
  await openForm(page, { url });
  await fillIn(page, { cat: true, story: STORY });
  await submit(page);
  await page.getByRole("heading", { name: "Thank you" }).waitFor();
  await end();
};

test("a form is sent, answered, seen and opened", async () => {
  const { page, end } = await enter();
  await page.getByRole("link", { name: "Forms" }).click();
  const url = await sendForm(page);
  await fact(page, "How it stands").getByText("open").waitFor();
  await answerForm(url);
  await fact(page, "How it stands").getByText("completed").waitFor();
  await page.getByRole("link", { name: "Its response" }).click();
  await rows(page, "form responses").first().click();
  await fact(page, "Record system").getByText("complete").waitFor();
  assert.equal(await page.getByText("She sleeps").count(), 0);
  await reveal(page);
  await page.getByText(STORY).waitFor();
  await judge(page, "form-response");
  const href = await page.getByRole("link", { name: "Open the PDF" }).getAttribute("href");
  const pdf = await page.context().request.get(new URL(href, setting("CHARTBELL_URL")).href);
  assert.equal(pdf.status(), 200);
  assert.equal((await pdf.body()).subarray(0, 5).toString(), "%PDF-");
  await end();
});

test("a document that the record system has not taken is written again", async () => {
  const { page, end } = await enter();
  await go(page, "/forms?view=responses&status=failed");
  await rows(page, "form responses").first().click();
  await page.getByText("Its document is not in the record system").waitFor();
  await judge(page, "form-failed");
  const [answer] = await Promise.all([
    page.waitForResponse((one) => one.url().includes("/write?")),
    button(page, "Write again").click()]);
  assert.equal(answer.status(), 202);
  await end();
});

test("a link is revoked, and a template retired and made active again", async () => {
  const { page, end } = await enter();
  await go(page, "/forms");
  await rows(page, "form requests").first().waitFor();
  await sendForm(page);
  await button(page, "Revoke").click();
  await button(page.getByRole("dialog"), "Revoke").click();
  await fact(page, "How it stands").getByText("revoked").waitFor();
  await page.getByText("Templates").click();
  await rows(page, "form templates").filter({ hasText: "pets" }).click();
  await page.getByText("Do you have a cat?").waitFor();
  await page.getByRole("textbox", { name: "Language" }).click();
  await page.getByRole("option", { name: "es" }).click();
  await page.getByText("¿Tiene un gato?").waitFor();
  await button(page, "Retire").click();
  await button(page, "Make active").click();
  await button(page, "Retire").waitFor();

  await button(page, "Change").click();
  const text = page.getByRole("dialog").getByLabel("Template (JSON)");
  await text.fill(JSON.stringify({ ...PETS, sections: [] }));
  await button(page, "Add it").click();
  await page.getByRole("dialog").getByText("/sections").waitFor();
  await judge(page, "form-version");
  await text.fill(JSON.stringify({ ...PETS, title: { en: "Pets at home", es: "Mascotas" } }));
  await button(page, "Add it").click();
  await page.getByRole("heading", { name: "pets, version 2" }).waitFor();
  await end();
});

const VIEWS = [
  ["sources?source=front-office", "How its lights changed"],
  ["requests?status=all", "Starts"],
  ["forms", "Asked"],
  ["forms?view=responses", "Answered"],
  ["forms?view=templates", "Made"],
];

for (const [name, look] of Object.entries(LOOKS)) {
  test(`every page of the desk, ${name}`, async () => {
    const { page, end } = await enter(look);
    for (const [path, words] of VIEWS) {
      await go(page, `/${path}`);
      await page.getByText(words, { exact: true }).first().waitFor();
      await page.locator("tbody tr[tabindex]").last().click();
      await button(page, "Close").waitFor();
      await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
      await judge(page, `${path.replace(/\W+/g, "-")}-${name}`);
    }
    await end();
  });
}
