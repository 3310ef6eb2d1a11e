// What a page's thread does while something happens, as the browser itself measures it.

// From now on, until stopMeter().
export const startMeter = (page) => page.evaluate(() => {
  const meter = { frames: [], tasks: [], inputs: [], on: true };
  globalThis.meter = meter;
  const observe = (type, into, more) => new PerformanceObserver((list) =>
    into.push(...list.getEntries().map((one) => one.duration))).observe({ type, ...more });
  observe("longtask", meter.tasks);
  observe("event", meter.inputs, { durationThreshold: 16 });
  let last = performance.now();
  const frame = (now) => {
    meter.frames.push(now - last);
    last = now;
    if (meter.on) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
});

// {frames, tasks, inputs}: milliseconds between frames, of tasks beyond 50 ms, from an input to
// what was drawn for it (of those beyond 16 ms).
export const stopMeter = (page) => page.evaluate(() => {
  globalThis.meter.on = false;
  const { frames, tasks, inputs } = globalThis.meter;
  return { frames: frames.slice(1), tasks, inputs };
});

export const at = (values, share) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
};

export const slowDown = async (page, times) => {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: times });
};

// Opens the overview; {control, drawn}: milliseconds from the navigation until there is something
// to use, and until the figures stand there and the page's thread is free again.
export const timeOverview = async (page, url) => {
  await page.goto(url, { waitUntil: "commit" });
  await page.locator("canvas").waitFor();
  return page.evaluate(() => new Promise((done) => {
    setTimeout(() => done({ ...globalThis.seen, drawn: performance.now() }), 0);
  }));
};

// To be called once for a page: notes when the first link of the navigation is there.
export const watchForControl = (page) => page.addInitScript(() => {
  const look = new MutationObserver(() => {
    if (document.querySelector("nav a") === null) return;
    look.disconnect();
    setTimeout(() => { globalThis.seen = { control: performance.now() }; }, 0);
  });
  look.observe(document, { childList: true, subtree: true });
});

// A table of so many rows: what one page of the events' list says, as often as is asked for.
export const fillEvents = (page, count) => page.route("**/api/v1/events?*", async (route) => {
  const answer = await (await route.fetch()).json();
  const [row] = answer.data;
  const data = Array.from({ length: count }, (_, index) => ({
    ...row, sequence: count - index, id: row.id.replace(/\d+$/, String(count - index)) }));
  const page = { next_cursor: null, has_more: false };
  await route.fulfill({ json: { ...answer, data, count, page } });
});
