// What the patient's page can do better where scripts run. It works without this file: everything
// is then shown, and sent by its buttons alone.
"use strict";

(() => {
  const PAUSE = 3000;  // milliseconds without a change before a draft is kept
  const KEEPALIVE_MAX = 60000;  // bytes that a browser sends for a page that is gone

  const form = document.getElementById("answers");
  if (!form) return;
  document.documentElement.classList.add("scripted");

  // ---- what is asked -----------------------------------------------------------------------------

  const conditional = [...form.querySelectorAll("[data-if]")];

  const has = (name, value) => {
    for (const control of form.elements[name] ? form.querySelectorAll(`[name="${name}"]`) : []) {
      const toggles = control.type === "radio" || control.type === "checkbox";
      if (control.value === value && (!toggles || control.checked))
        return !control.closest(".field").hidden;
    }
    return false;
  };

  // Fields stand behind those that they hang on, so that one pass is enough.
  const showWhatIsAsked = () => {
    for (const field of conditional) field.hidden = !has(field.dataset.if, field.dataset.is);
    for (const card of form.querySelectorAll("fieldset.card")) {
      const fields = [...card.querySelectorAll(".field")];
      card.hidden = fields.length > 0 && fields.every((field) => field.hidden);
    }
  };

  // ---- drafts ------------------------------------------------------------------------------------

  const status = form.querySelector(".saved");
  let changed = false;
  let leaving = false;
  let timer = 0;

  const draft = () => {
    const out = new URLSearchParams(new FormData(form));
    out.set("_act", "keep");
    return out;
  };

  // A draft that was kept answers with a redirection, which is not followed.
  const keep = async () => {
    timer = 0;
    if (!changed || leaving) return;
    changed = false;
    const answer = await fetch(form.action, {
      method: "POST", body: draft(), redirect: "manual", credentials: "same-origin",
    }).catch(() => null);
    const kept = answer !== null && answer.type === "opaqueredirect";
    if (!kept) changed = true;
    if (!leaving) status.textContent = kept ? form.dataset.saved : form.dataset.unsaved;
  };

  const noteChange = () => {
    changed = true;
    status.textContent = "";
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
    showWhatIsAsked();
  };

  form.addEventListener("input", noteChange);
  form.addEventListener("change", noteChange);

  // Once: a second press would find the form completed.
  form.addEventListener("submit", (event) => {
    if (leaving) {
      event.preventDefault();
      return;
    }
    leaving = true;
    clearTimeout(timer);
  });
  window.addEventListener("pageshow", () => { leaving = false; });

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || !changed || leaving) return;
    const body = draft();
    if (body.toString().length > KEEPALIVE_MAX) return;
    fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true })
      .then(() => { changed = false; }, () => {});
  });

  window.addEventListener("beforeunload", (event) => {
    if (changed && !leaving) event.preventDefault();
  });

  // ---- signatures --------------------------------------------------------------------------------

  const WIDTH = 600;
  const HEIGHT = 200;
  const BYTES_MAX = 60000;
  const NEAR = 2;  // units that make no point of their own

  const points = (stroke) => stroke.map(([x, y]) => `${x},${y}`).join(" ");

  const read = (text) => text.split(";").filter((stroke) => stroke !== "").map(
    (stroke) => stroke.split(" ").map((point) => point.split(",").map(Number)));

  const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));

  const preparePad = (pad) => {
    const canvas = pad.querySelector("canvas");
    const field = document.getElementById(pad.dataset.strokes);
    const ink = canvas.getContext("2d");
    let strokes = read(field.value);
    let open = null;

    const draw = () => {
      ink.clearRect(0, 0, WIDTH, HEIGHT);
      ink.strokeStyle = getComputedStyle(canvas).color;
      ink.lineWidth = 3;
      ink.lineCap = ink.lineJoin = "round";
      for (const stroke of strokes) {
        ink.beginPath();
        ink.moveTo(...stroke[0]);
        for (const point of stroke.length > 1 ? stroke.slice(1) : stroke) ink.lineTo(...point);
        ink.stroke();
      }
    };

    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return [within((event.clientX - box.left) * WIDTH / box.width, WIDTH),
              within((event.clientY - box.top) * HEIGHT / box.height, HEIGHT)];
    };

    const add = (event) => {
      const [x, y] = place(event);
      const last = open[open.length - 1];
      if (last && Math.abs(last[0] - x) < NEAR && Math.abs(last[1] - y) < NEAR) return;
      open.push([x, y]);
      draw();
    };

    const store = () => {
      const text = strokes.map(points).join(";");
      if (text.length > BYTES_MAX) strokes.pop();
      field.value = strokes.map(points).join(";");
      noteChange();
    };

    const end = () => {
      if (open === null) return;
      open = null;
      store();
      draw();
    };

    canvas.addEventListener("pointerdown", (event) => {
      if (open !== null || event.button !== 0) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      open = [];
      strokes.push(open);
      add(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (open === null) return;
      for (const part of event.getCoalescedEvents?.() ?? [event]) add(part);
    });
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    pad.querySelector("button").addEventListener("click", () => {
      strokes = [];
      store();
      draw();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    pad.hidden = false;
    draw();
  };

  showWhatIsAsked();
  for (const pad of form.querySelectorAll(".pad")) preparePad(pad);
})();
