// A page of somebody else in the browser of somebody who has signed in: it may try what it likes.
//
// "127.0.0.1" on another port is the same site, so that the cookie comes along and the server's own
// checks decide; "localhost" is another site, to which SameSite=Strict sends none.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";

import { go, open, openBrowser, setting, signIn } from "../dashboard/world.mjs";

const URL_OF_OURS = setting("CHARTBELL_URL");
const NEVER = 987_654_321;  // an id that nothing has

let browser;
let enemy;
before(async () => {
  browser = await openBrowser();
  enemy = http.createServer((_, answer) => {
    answer.writeHead(200, { "content-type": "text/html" });
    answer.end("<!doctype html><title>evil</title><body></body>");
  });
  await new Promise((done) => enemy.listen(0, "::", done));
});
after(async () => {
  enemy.closeAllConnections();
  enemy.close();
  await browser.close();
});

const REFUSED = [401, 403, 415];  // 415: a body of a kind that only forms have
const ENEMIES = { "the same site": "127.0.0.1", "another site": "localhost" };
const enemyAt = (host) => `http://${host}:${enemy.address().port}/`;

// Of the document: every call that may change something.
const changing = async () => {
  const { paths } = await (await fetch(new URL("/openapi.json", URL_OF_OURS))).json();
  return Object.entries(paths).flatMap(([path, item]) => Object.keys(item)
    .filter((method) => method !== "get")
    .map((method) => ({ method: method.toUpperCase(), path: path.replace(/\{\w+\}/g, NEVER) })));
};

const signedIn = async () => {
  const opened = await open(browser);
  await signIn(opened.page);
  const state = () => opened.page.evaluate(async () => {
    const all = await Promise.all(["/api/v1/session", "/webhook_endpoints", "/api/v1/users"].map(
      async (path) => JSON.stringify((await (await fetch(path)).json()).data, (name, value) =>
        name === "idle_ends_at" ? undefined : value)));
    return all.join("\n");
  });
  return { ...opened, state };
};

// What our server answers while `act` runs: [method, status].
const answersTo = async (context, act) => {
  const seen = [];
  const note = (answer) => {
    if (answer.url().startsWith(URL_OF_OURS))
      seen.push([answer.request().method(), answer.status()]);
  };
  context.on("response", note);
  await act();
  context.off("response", note);
  return seen;
};

// What a frame with it shows.
const framed = async (evil, path) => {
  await evil.evaluate((src) => new Promise((loaded) => {
    const frame = Object.assign(document.createElement("iframe"), { src, onload: loaded });
    document.body.replaceChildren(frame);
  }), URL_OF_OURS + path);
  const text = await evil.frameLocator("iframe").locator("body").innerText();
  return /refused to connect|"code":false/.test(text) ? "nothing" : text;
};

for (const [kind, host] of Object.entries(ENEMIES)) {
  test(`a page of ${kind} changes nothing by fetch`, async () => {
    const { context, state, end } = await signedIn();
    const before = await state();
    const evil = await context.newPage();
    await evil.goto(enemyAt(host));
    const calls = await changing();
    assert.ok(calls.length > 40);
    const seen = await answersTo(context, () => evil.evaluate(async ({ calls, base }) => {
      const tries = calls.flatMap(({ method, path }) => [
        { method, mode: "cors", headers: { "content-type": "application/json" }, body: "{}" },
        { method, mode: "cors", headers: { "X-Chartbell-Csrf": "x".repeat(43) } },
        ...(method === "POST" ? [
          { method, mode: "no-cors", headers: { "content-type": "text/plain" }, body: "{}" },
          { method, mode: "no-cors", body: new URLSearchParams({ role: "admin" }) },
        ] : []),
      ].map((how) => fetch(base + path, { credentials: "include", ...how }).catch(() => null)));
      await Promise.all(tries);
    }, { calls, base: URL_OF_OURS }));
    // Browsers ask before what no form could send: nobody says yes to that.
    const done = seen.filter(([method, status]) =>
      !REFUSED.includes(status) && (method !== "OPTIONS" || status < 400));
    assert.deepEqual(done, []);
    const status = kind === "the same site" ? 403 : 401;  // with the cookie, and without
    assert.ok(seen.some(([method, got]) => method === "POST" && got === status), `no ${status}`);
    assert.equal(await state(), before);
    await end();
  });

  test(`a page of ${kind} changes nothing by a form`, async () => {
    const { context, state, end } = await signedIn();
    const before = await state();
    const evil = await context.newPage();
    for (const { path } of (await changing()).filter(({ method }) => method === "POST")) {
      await evil.goto(enemyAt(host));
      const [answer] = await Promise.all([
        evil.waitForNavigation(),
        evil.evaluate((action) => {
          const form = document.body.appendChild(document.createElement("form"));
          Object.assign(form, { method: "POST", action });
          form.submit();
        }, URL_OF_OURS + path)]);
      assert.ok(REFUSED.includes(answer.status()), `${path}: ${answer.status()}`);
    }
    assert.equal(await state(), before);
    await end();
  });

  test(`a page of ${kind} reads nothing and frames nothing`, async () => {
    const { context, end } = await signedIn();
    const evil = await context.newPage();
    await evil.goto(enemyAt(host));
    const read = await evil.evaluate(async (base) => Promise.all(
      ["/api/v1/session", "/institutions", "/api/v1/events/stream", "/app/"].map((path) =>
        fetch(base + path, { credentials: "include" }).then((one) => one.text(), () => null))),
    URL_OF_OURS);
    assert.deepEqual(read, [null, null, null, null]);
    for (const path of ["/app/", "/app/endpoints", "/docs", "/", "/api/v1/session"])
      assert.equal(await framed(evil, path), "nothing", path);
    await end();
  });
}

test("a page that was opened by another has no hold of it", async () => {
  const { context, end } = await signedIn();
  const evil = await context.newPage();
  await evil.goto(enemyAt("127.0.0.1"));
  const [opened] = await Promise.all([
    context.waitForEvent("page"),
    evil.evaluate((url) => { globalThis.held = open(url); }, `${URL_OF_OURS}/app/`)]);
  await opened.locator("main").waitFor();
  assert.equal(await opened.evaluate(() => globalThis.opener), null);
  assert.equal(await evil.evaluate(() => globalThis.held.closed), true);
  await end();
});

test("an id that was there before is not adopted, and no script sees the one that is", async () => {
  const { page, context, end } = await open(browser);
  const planted = "A".repeat(43);
  await context.addCookies([{ name: "chartbell", value: planted, url: URL_OF_OURS }]);
  await signIn(page);
  const [cookie, ...more] = await context.cookies();
  assert.deepEqual(more, []);
  assert.notEqual(cookie.value, planted);
  assert.match(cookie.value, /^[\w-]{43}$/);
  assert.deepEqual(
    [cookie.httpOnly, cookie.sameSite, cookie.path, cookie.expires], [true, "Strict", "/", -1]);
  assert.equal(await page.evaluate(() => document.cookie), "");
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.ok(!kept.includes(cookie.value));
  await page.getByRole("button", { name: "Signed in as" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.deepEqual(await context.cookies(), []);
  await context.addCookies([{ ...cookie }]);
  await go(page, "/");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await end();
});
