// Each form that comes with Chartbell, filled in by everybody.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { answersTo, fillIn, NAMES, put } from "./answers.mjs";
import { ask, judge, noteCompleted, openBrowser, openForm, openPage, responseTo, sayBirth, SIZES,
         submit, templateNamed } from "./world.mjs";

const SHIPPED = ["new-patient-intake", "medical-history", "consent-to-treatment"];
const THANKS = { en: "Thank you", es: "Gracias" };

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

const expectDone = async (page, request, language, answers) => {
  await page.waitForSelector(`h1:text-is("${THANKS[language]}")`);
  assert.equal(await page.getAttribute("html", "lang"), language);
  const response = await responseTo(request);
  assert.equal(response.language, language);
  assert.deepEqual(response.answers, answers);
  noteCompleted(request, answers);
};

let turn = 0;
const nextName = () => NAMES[turn++ % NAMES.length];

for (const form of SHIPPED) {
  for (const language of ["en", "es"]) {
    for (const size of ["phone", "desktop"]) {
      test(`${form} in ${language} on a ${size}`, async () => {
        const version = await templateNamed(form);
        const request = await ask(version, language);
        const { page, end } = await openPage(browser, SIZES[size]);
        const shot = (what) => judge(page, `${form}-${language}-${size}-${what}`);
        await page.goto(request.url);
        await shot("question");
        await sayBirth(page);
        await page.waitForSelector("#answers");
        await shot("form");
        await submit(page);
        await page.waitForSelector(".summary");
        await shot("faults");
        const answers = answersTo(version.template, { name: nextName(), yes: size === "desktop" });
        await fillIn(page, answers);
        await shot("filled");
        await submit(page);
        await expectDone(page, request, language, answers);
        await shot("thanks");
        await end();
      });
    }

    test(`${form} in ${language} without scripts`, async () => {
      const version = await templateNamed(form);
      const request = await ask(version, language);
      const { page, end } = await openPage(browser, { ...SIZES.phone, javaScriptEnabled: false });
      await openForm(page, request);
      const conditions = version.template.sections.flatMap(({ fields }) => fields)
        .filter((field) => field.show_if);
      assert.equal(await page.locator(".condition:visible").count(), conditions.length);
      assert.equal(await page.locator("canvas:visible").count(), 0);
      const answers = answersTo(version.template, { name: nextName() });
      await fillIn(page, answers);
      await submit(page);
      await expectDone(page, request, language, answers);
      await end();
    });
  }
}

// ---- the keyboard alone ----------------------------------------------------------------------------

const focused = (page) => page.evaluate(() => {
  const at = document.activeElement;
  const style = getComputedStyle(at);
  return { name: at.name, type: at.type, value: at.value, checked: at.checked, id: at.id,
           seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 };
});

const press = (page, key) => page.keyboard.press(key);

// The arrows go through a group of radio buttons, and choose.
const arrowTo = async (page, value) => {
  await press(page, "Space");
  for (let i = 0; i < 50 && (await focused(page)).value !== value; ++i)
    await press(page, "ArrowDown");
};

const typeInto = async (page, text) => {
  await press(page, "Control+A");
  await page.keyboard.type(text);
};

const partOf = (date, part) => String(Number(date.split("-")[["year", "month", "day"].indexOf(part)]));

const answerAt = async (page, at, answers) => {
  const [name, part] = at.name.split(".");
  const answer = answers[name];
  if (answer === undefined) return;
  if (part) return typeInto(page, partOf(answer, part));
  if (at.type === "radio") return arrowTo(page, String(answer));
  if (at.type === "checkbox") {
    if ([answer].flat().map(String).includes(at.value) !== at.checked) await press(page, "Space");
    return;
  }
  if (at.type === "select-one") {
    for (let i = 0; i < 100 && (await focused(page)).value !== String(answer); ++i)
      await press(page, "ArrowDown");
    return;
  }
  await typeInto(page, typeof answer === "object" ? answer.name : String(answer));
};

for (const form of SHIPPED) {
  test(`${form} by the keyboard alone`, async () => {
    const version = await templateNamed(form);
    const request = await ask(version, "en");
    const { page, end } = await openPage(browser, SIZES.desktop);
    await page.goto(request.url);
    while ((await focused(page)).name !== "birth.month") await press(page, "Tab");
    await page.keyboard.type("3");
    await press(page, "Tab");
    await page.keyboard.type("31");
    await press(page, "Tab");
    await page.keyboard.type("1980");
    await press(page, "Enter");
    await page.waitForSelector("#answers");
    const answers = answersTo(version.template);
    for (let i = 0; i < 500; ++i) {
      await press(page, "Tab");
      const at = await focused(page);
      assert.ok(at.seen, `nobody sees that ${at.name || at.id} has the focus`);
      if (at.name === "_act" && at.value === "submit") break;
      if (at.name && at.name !== "_act") await answerAt(page, at, answers);
    }
    await press(page, "Enter");
    await expectDone(page, request, "en", answers);
    await end();
  });
}

test("the list of faults has the focus, and leads to the controls", async () => {
  const version = await templateNamed("medical-history");
  const { page, end } = await openPage(browser, SIZES.desktop);
  await openForm(page, await ask(version, "en"));
  await submit(page);
  await page.waitForSelector(".summary");
  assert.equal(await page.evaluate(() => document.activeElement.className), "summary");
  await press(page, "Tab");
  await press(page, "Enter");
  const link = await page.locator(".summary a").first().getAttribute("href");
  assert.equal("#" + (await focused(page)).id, link);
  assert.match(await page.title(), /^Error: Medical history/);
  await end();
});

test("everything fits the narrowest screens", async () => {
  for (const form of SHIPPED) {
    const { page, end } = await openPage(browser, { ...SIZES.narrow, colorScheme: "dark" });
    await page.goto((await ask(await templateNamed(form), "es")).url);
    await judge(page, `${form}-narrow-dark-question`);
    await sayBirth(page);
    await page.waitForSelector("#answers");
    await judge(page, `${form}-narrow-dark-form`);
    await submit(page);
    await page.waitForSelector(".summary");
    await judge(page, `${form}-narrow-dark-faults`);
    await end();
  }
});

test("names are written in their own direction", async () => {
  const { page, end } = await openPage(browser, SIZES.phone);
  await openForm(page, await ask(await templateNamed("new-patient-intake"), "en"));
  for (const [name, direction] of [["محمد", "rtl"], ["María", "ltr"], ["שרה", "rtl"]]) {
    await put(page, "first_name", name);
    const control = page.locator('[name="first_name"]');
    assert.equal(await control.evaluate((input) => getComputedStyle(input).direction), direction);
  }
  await end();
});
