// The figures of `./dev bench dashboard`; bench/dashboard.py starts the daemon.
import { LOOKS, setting, signIn } from "../tests/browser/dashboard/world.mjs";
import {
  at, fillEvents, slowDown, startMeter, stopMeter, timeOverview, watchForControl,
} from "../tests/browser/live/meter.mjs";
import { head, push } from "../tests/browser/live/world.mjs";
import { openBrowser, openPage } from "../tests/browser/world.mjs";

const ROUNDS = Number(setting("BENCH_ROUNDS"));
const THROTTLE = 4;
const RATE = 1_000;
const SECONDS = 10;
const ROWS = 100_000;
const FRAME_MS = 1000 / 60;

const url = (path) => new URL(`/app${path}`, setting("CHARTBELL_URL")).href;
const ms = (value) => `${value.toFixed(1)} ms`;
const spread = (values) =>
  `min ${ms(at(values, 0))}  median ${ms(at(values, 0.5))}  max ${ms(at(values, 1))}`;

const signedIn = async (browser) => {
  const opened = await openPage(browser, LOOKS.light);
  await signIn(opened.page);
  return opened;
};

const report = (name, { frames, tasks, inputs = [] }) => {
  const late = frames.filter((one) => one > 1.5 * FRAME_MS).length;
  const rate = 1000 * frames.length / frames.reduce((all, one) => all + one, 0);
  console.log(`${name}  ${rate.toFixed(1)} frames/s, ${late} of ${frames.length} late, 99 % within`,
              `${ms(at(frames, 0.99))}, longest ${ms(at(frames, 1))}`);
  console.log(`${name}  ${tasks.length} tasks beyond 50 ms, longest ${ms(at(tasks, 1))}`);
  if (inputs.length > 0)
    console.log(`${name}  input to drawing: ${inputs.length} beyond 16 ms, median ${
      ms(at(inputs, 0.5))}, longest ${ms(at(inputs, 1))}`);
};

// Nothing kept of an earlier visit, and everything that may be kept.
const interactive = async (browser) => {
  const { context, end } = await signedIn(browser);
  const cookies = await context.cookies();
  await end();
  const cold = [];
  const warm = [];
  for (let round = 0; round < ROUNDS; ++round) {
    const visit = await openPage(browser, LOOKS.light);
    await visit.context.addCookies(cookies);
    await watchForControl(visit.page);
    await slowDown(visit.page, THROTTLE);
    cold.push(await timeOverview(visit.page, url("/?in=green-dental")));
    warm.push(await timeOverview(visit.page, url("/?in=green-dental")));
    await visit.end();
  }
  for (const [name, times] of [["first visit", cold], ["again", warm]]) {
    console.log(`${name}  first control  ${spread(times.map((one) => one.control))}`);
    console.log(`${name}  figures drawn  ${spread(times.map((one) => one.drawn))}`);
  }
};

const pushSteadily = async (rate, seconds) => {
  const began = performance.now();
  const step = 100;
  for (let sent = 0; sent < rate * seconds; sent += step) {
    const due = began + 1000 * sent / rate;
    await new Promise((done) => setTimeout(done, Math.max(0, due - performance.now())));
    await push(step);
  }
  return rate * seconds * 1000 / (performance.now() - began);
};

const tail = async (browser, rate) => {
  const { page, end } = await signedIn(browser);
  await page.goto(url("/events?in=green-dental&live=1"));
  await page.locator("tbody tr[tabindex]").first().waitFor();
  await startMeter(page);
  const flood = pushSteadily(rate, SECONDS);
  let running = true;
  flood.finally(() => { running = false; });
  const field = page.getByLabel("Resource id");
  while (running) {
    await field.pressSequentially("12345", { delay: 40 });
    await field.fill("");
  }
  const reached = await flood;
  const wanted = await head();
  const waited = performance.now();
  await page.waitForFunction((last) =>
    document.querySelector("tbody tr[tabindex]")?.textContent.endsWith(`_${last}`), wanted);
  const behind = performance.now() - waited;
  report(`tail at ${reached.toFixed(0)}/s`, await stopMeter(page));
  const kept = await page.locator("table").first().getAttribute("aria-rowcount");
  console.log(`tail at ${reached.toFixed(0)}/s  the last event shown ${ms(behind)} after the flood,`,
              `${kept} rows kept, ${await page.locator("tbody tr").count()} drawn`);
  await end();
};

const scroll = async (browser) => {
  const { page, end } = await signedIn(browser);
  await fillEvents(page, ROWS);
  await page.goto(url("/events?in=green-dental"));
  await page.locator("tbody tr[tabindex]").first().waitFor();
  await page.evaluate(() => new Promise((done) => { requestIdleCallback(done); }));
  for (const [name, step] of [["by the wheel", 60], ["by a page", 500], ["thrown", 20_000]]) {
    await startMeter(page);
    await page.evaluate(({ step }) => new Promise((done) => {
      const rows = document.querySelector(".rows");
      rows.scrollTop = 0;
      let frames = 0;
      const go = () => {
        rows.scrollTop += step;
        if (++frames < 240) requestAnimationFrame(go); else done();
      };
      requestAnimationFrame(go);
    }), { step });
    const { frames, tasks } = await stopMeter(page);
    report(`${ROWS} rows, ${name}`, { frames, tasks });
  }
  await end();
};

const browser = await openBrowser();
await push(1);
await interactive(browser);
await tail(browser, RATE);
await tail(browser, 5 * RATE);
await scroll(browser);
await browser.close();
