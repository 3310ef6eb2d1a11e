// What the page does besides being filled in: drafts, languages, signatures, locks, hostile texts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { fillIn, put } from "./answers.mjs";
import { ask, judge, newTemplate, noteCompleted, openBrowser, openForm, openPage, responseTo, revoke,
         sayBirth, SIZES, submit, templateNamed } from "./world.mjs";

const DIALECT = "https://json-schema.org/draft/2020-12/schema";
const words = (text) => ({ en: text, es: text });
const asField = (field, more = {}) => ({ field, label: words(field), ...more });

// One field of each kind.
const EVERYTHING = {
  name: "everything", languages: ["en", "es"], title: { en: "Everything", es: "Todo" },
  schema: {
    $schema: DIALECT, type: "object", additionalProperties: false,
    properties: {
      line: { type: "string", maxLength: 500 },
      text: { type: "string", maxLength: 4000 },
      mail: { type: "string", format: "email" },
      phone: { type: "string", format: "phone" },
      day: { type: "string", format: "date" },
      count: { type: "integer" },
      weight: { type: "number" },
      smokes: { type: "boolean" },
      cigarettes: { type: "integer", maximum: 200 },
      pet: { type: "string", enum: ["cat", "dog"] },
      month: { type: "string", enum: [..."abcdefghijkl"] },
      pains: { type: "array", items: { type: "string", enum: ["head", "back"] }, uniqueItems: true },
      agreed: { type: "boolean", const: true },
      signature: { type: "object", format: "signature" },
    },
    required: ["line", "signature"],
  },
  sections: [{ title: words("All"), fields: [
    asField("line"), asField("text", { widget: "long_text" }), asField("mail"), asField("phone"),
    asField("day"), asField("count"), asField("weight"), asField("smokes"),
    asField("cigarettes", { show_if: { field: "smokes", equals: true } }),
    asField("pet", { choices: { cat: words("Cat"), dog: words("Dog") } }),
    asField("month", { choices: Object.fromEntries([..."abcdefghijkl"].map((m) => [m, words(m)])) }),
    asField("pains", { choices: { head: words("Head"), back: words("Back") } }),
    asField("agreed", { statement: words("I agree.") }), asField("signature"),
  ] }],
};
const TEXTS = ["line", "text", "mail", "phone", "day.day", "day.month", "day.year", "count", "weight",
               "cigarettes", "signature"];

let browser;
let everything;
before(async () => {
  browser = await openBrowser();
  everything = await newTemplate(EVERYTHING);
});
after(() => browser.close());

const opened = async (options = SIZES.phone) => {
  const request = await ask(everything, "en");
  const world = await openPage(browser, options);
  await openForm(world.page, request);
  return { request, ...world };
};

const done = async (page, request, answers) => {
  await submit(page);
  await page.waitForSelector('h1:text-is("Thank you")');
  noteCompleted(request, answers);
  return (await responseTo(request)).answers;
};

// ---- what is asked, and kept -----------------------------------------------------------------------

test("a question that hangs on another comes and goes with its answer", async () => {
  const { request, page, end } = await opened();
  const hanging = page.locator('[name="cigarettes"]');
  assert.equal(await hanging.isVisible(), false);
  await put(page, "smokes", true);
  assert.equal(await hanging.isVisible(), true);
  await put(page, "cigarettes", "20");
  await put(page, "smokes", false);
  assert.equal(await hanging.isVisible(), false);
  await fillIn(page, { line: "x", signature: { name: "Ana" } });
  const answers = { line: "x", smokes: false, signature: { name: "Ana" } };
  assert.deepEqual(await done(page, request, answers), answers);
  await end();
});

test("what was typed is there again after closing, without a press of a button", async () => {
  const first = await opened();
  await fillIn(first.page, { line: "half of it", day: "1990-02-03", pet: "dog", pains: ["back"] });
  await first.page.waitForSelector('.saved:text-is("Saved")');
  await first.end();
  const { page, end } = await openPage(browser, SIZES.desktop);
  await openForm(page, first.request);
  assert.equal(await page.inputValue('[name="line"]'), "half of it");
  assert.equal(await page.inputValue('[name="day.month"]'), "2");
  assert.ok(await page.isChecked('[name="pet"][value="dog"]'));
  assert.ok(await page.isChecked('[name="pains"][value="back"]'));
  await end();
});

test("saving for later says so", async () => {
  const { page, end } = await opened();
  await put(page, "line", "later");
  await page.click('[value="keep"]');
  await page.waitForSelector(".notice");
  await judge(page, "everything-kept");
  assert.equal(await page.inputValue('[name="line"]'), "later");
  await end();
});

test("another language keeps what was typed", async () => {
  const { page, end } = await opened();
  await put(page, "line", "typed before");
  await page.click('button[lang="es"]');
  await page.waitForSelector('h1:text-is("Todo")');
  assert.equal(await page.getAttribute("html", "lang"), "es");
  assert.equal(await page.inputValue('[name="line"]'), "typed before");
  await page.click('button[lang="en"]');
  await page.waitForSelector('h1:text-is("Everything")');
  await end();
});

test("the question speaks both languages", async () => {
  const { page, end } = await openPage(browser, SIZES.phone);
  await page.goto((await ask(everything, "en")).url);
  await page.click('a[lang="es"]');
  await page.waitForSelector('html[lang="es"]');
  await sayBirth(page);
  await page.waitForSelector('h1:text-is("Todo")');
  await end();
});

test("leaving with unsaved answers asks first", async () => {
  const { page, context } = await opened();
  await page.locator('[name="line"]').pressSequentially("x");
  const dialog = page.waitForEvent("dialog");
  await page.close({ runBeforeUnload: true });
  assert.equal((await dialog).type(), "beforeunload");
  await context.close();
});

test("a draft that cannot be kept says so", async () => {
  const { page, context } = await opened();
  await context.setOffline(true);
  await put(page, "line", "x");
  await page.waitForSelector('.saved:text-matches("^Not saved")');
  await context.close();
});

// ---- signatures ------------------------------------------------------------------------------------

const STROKES = /^\d+,\d+( \d+,\d+)+;\d+,\d+( \d+,\d+)+$/;

const drawWithMouse = async (page, points) => {
  await page.mouse.move(...points[0]);
  await page.mouse.down();
  for (const point of points) await page.mouse.move(...point, { steps: 4 });
  await page.mouse.up();
};

const drawWithFinger = async (page, points) => {
  const session = await page.context().newCDPSession(page);
  const touch = (type, at) => session.send("Input.dispatchTouchEvent", {
    type, touchPoints: at ? [{ x: at[0], y: at[1] }] : [] });
  await touch("touchStart", points[0]);
  for (const point of points) await touch("touchMove", point);
  await touch("touchEnd");
};

for (const [size, draw] of [["desktop", drawWithMouse], ["phone", drawWithFinger]]) {
  test(`a signature is drawn on a ${size}`, async () => {
    const { request, page, end } = await opened(SIZES[size]);
    const canvas = page.locator("canvas");
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
    const strokes = page.locator('[name="signature.strokes"]');
    await draw(page, [at(0.1, 0.5), at(0.3, 0.2), at(0.5, 0.8)]);
    await page.click(".pad button");
    assert.equal(await strokes.inputValue(), "");
    await draw(page, [at(0.1, 0.5), at(0.3, 0.2), at(0.5, 0.8)]);
    await draw(page, [at(0.6, 0.3), at(0.8, 0.7)]);
    const drawn = await strokes.inputValue();
    assert.match(drawn, STROKES);
    const inked = await canvas.evaluate((pad) => (
      pad.getContext("2d").getImageData(0, 0, 600, 200).data.some((byte) => byte !== 0)));
    assert.ok(inked);
    await fillIn(page, { line: "x", signature: { name: "Ana Núñez" } });
    const answers = { line: "x", signature: { name: "Ana Núñez", strokes: drawn } };
    assert.deepEqual(await done(page, request, answers), answers);
    await end();
  });
}

// ---- links -----------------------------------------------------------------------------------------

test("a wrong date says so, and too many lock the link", async () => {
  const { page, end } = await openPage(browser, SIZES.phone);
  await page.goto((await ask(everything, "en")).url);
  for (let i = 0; i < 4; ++i) {
    await sayBirth(page, { day: "1", month: "1", year: "1999" });
    await page.waitForSelector(".summary");
  }
  await judge(page, "question-wrong");
  await sayBirth(page, { day: "1", month: "1", year: "1999" });
  await page.waitForSelector('h1:text-matches("^Wait")');
  await judge(page, "locked");
  await end();
});

test("a link that is used, revoked or guessed says one thing", async () => {
  const used = await opened();
  await fillIn(used.page, { line: "x", signature: { name: "Ana" } });
  await done(used.page, used.request, { line: "x", signature: { name: "Ana" } });
  const revoked = await ask(everything, "es");
  await revoke(revoked);
  const guessed = used.request.url.replace(/[^/]+$/, "A".repeat(43));
  const said = [];
  for (const url of [used.request.url, revoked.url, guessed]) {
    const answer = await used.page.goto(url);
    said.push([answer.status(), await used.page.content()]);
  }
  assert.equal(said[0][0], 404);
  assert.deepEqual(said[1], said[0]);
  assert.deepEqual(said[2], said[0]);
  await judge(used.page, "not-valid");
  await used.end();
});

test("going back after sending shows nothing", async () => {
  const { request, page, end } = await opened();
  await fillIn(page, { line: "between us", signature: { name: "Ana" } });
  await done(page, request, { line: "between us", signature: { name: "Ana" } });
  await page.goBack();
  await page.waitForLoadState();
  assert.ok(!(await page.content()).includes("between us"));
  await end();
});

// ---- hostile texts ---------------------------------------------------------------------------------

const HOSTILE = [
  "<script>window.ran = true; alert(1)</script>",
  "\"><img src=x onerror=\"window.ran = true\">",
  "'-alert(1)-'", "javascript:window.ran=true", "{{constructor.constructor('alert(1)')()}}",
  "</textarea></select></title></style><svg onload=window.ran=true>",
  "<style>*{display:none}</style><base href=//evil.example><meta http-equiv=refresh content=0>",
  "\u202Egnp.exe \u2066x", "\uFEFF\u200B\u00AD", "👩‍👩‍👧‍👦 🇺🇳 ﷽ Z̷̢̛a̸l̵g̶o", "'; DROP TABLE resource; --",
  "../../../etc/passwd\\..", "%00%0d%0aSet-Cookie: x=y", "${7*7} #{7*7} <%= 7*7 %>", "NaN", "-1e309",
];

test("whatever is typed is text", async () => {
  const { page, end } = await opened(SIZES.desktop);
  await put(page, "smokes", true);
  for (const hostile of HOSTILE) {
    for (const name of TEXTS) await page.fill(`[name="${name}"]`, hostile);
    const typed = await page.inputValue('[name="text"]');
    await submit(page);
    await page.waitForSelector(".summary");
    assert.equal(await page.inputValue('[name="text"]'), typed);
    assert.equal(await page.evaluate(() => window.ran), undefined);
    assert.ok(await page.isVisible("h1"));
    assert.equal(await page.locator("main script, main img, main svg, base, main style").count(), 0);
  }
  await judge(page, "hostile");
  await end();
});

test("a million letters are too many, and do no harm", async () => {
  const { page, end } = await opened(SIZES.desktop);
  await page.locator('[name="text"]').evaluate((area) => {
    area.value = "x".repeat(1_000_000);
  });
  await put(page, "line", "short");
  await submit(page);
  await page.waitForSelector(".summary");
  assert.equal((await page.inputValue('[name="text"]')).length, 1_000_000);
  assert.equal(await page.inputValue('[name="line"]'), "short");
  await end();
});

test("a template's words are text as well", async () => {
  const evil = "<script>window.ran = true</script><img src=x onerror=alert(1)>";
  const version = await newTemplate({
    name: "evil", languages: ["en"], title: { en: evil }, text: { en: evil },
    schema: { $schema: DIALECT, type: "object", additionalProperties: false,
              properties: { line: { type: "string" }, pet: { type: "string", enum: ["cat"] } } },
    sections: [{ title: { en: evil }, text: { en: evil }, fields: [
      { field: "line", label: { en: evil }, help: { en: evil } },
      { field: "pet", label: { en: evil }, choices: { cat: { en: evil } } }] }],
  });
  const { page, end } = await openPage(browser, SIZES.phone);
  await openForm(page, await ask(version, "en"));
  assert.equal(await page.locator("h1").innerText(), evil);
  assert.equal(await page.evaluate(() => window.ran), undefined);
  await end();
});

test("the page says what it may do, and no more", async () => {
  const { page, end } = await openPage(browser, SIZES.phone);
  const answer = await page.goto((await ask(await templateNamed("medical-history"), "en")).url);
  const policy = answer.headers()["content-security-policy"];
  for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'",
                      "form-action 'self'", "base-uri 'none'"])
    assert.ok(policy.includes(part), part);
  assert.ok(!policy.includes("unsafe"));
  await end();
});
