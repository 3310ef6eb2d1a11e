// Answers to any template: what a patient would give, and how it gets onto a page.
import assert from "node:assert/strict";

// Names as patients have them.
export const NAMES = ["María José Núñez", "محمد عبد الله", "王小明", "अनीता शर्मा", "Zoë 👩‍⚕️ O'Brien"];

const fieldsOf = (template) => template.sections.flatMap((section) => section.fields);

const textFor = (schema, name) => {
  if (schema.format === "date") return "1990-02-03";
  if (schema.format === "email") return "zoe@example.com";
  if (schema.format === "phone") return "(555) 010-0199";
  return [...name].slice(0, schema.maxLength ?? 200).join("");
};

const answerTo = (schema, { name, yes }) => {
  if (schema.format === "signature") return { name };
  if (schema.type === "boolean") return yes || schema.const === true;
  if (schema.type === "array") return schema.items.enum.slice(0, yes ? undefined : 1);
  if (schema.enum) return schema.enum[yes ? 0 : schema.enum.length - 1];
  if (schema.type === "integer" || schema.type === "number") return schema.minimum ?? 1;
  return textFor(schema, name);
};

const holds = (condition, answers) => {
  if (condition === undefined) return true;
  const answer = answers[condition.field];
  return "includes" in condition ? (answer ?? []).includes(condition.includes)
                                 : answer === condition.equals;
};

// {field: answer as the response has it} of all that is asked, in the order of the page. `yes`: every
// question is answered so that more are asked.
export const answersTo = (template, { name = NAMES[0], yes = true } = {}) => {
  const out = {};
  for (const { field, show_if: condition } of fieldsOf(template)) {
    const schema = template.schema.properties[field];
    if (holds(condition, out)) out[field] = answerTo(schema, { name, yes });
  }
  // A consent that is not needed and not given is no answer.
  for (const [field, answer] of Object.entries(out))
    if (answer === false && template.schema.properties[field].const === true) delete out[field];
  return out;
};

const selector = (name, value) => (
  value === undefined ? `[name="${name}"]` : `[name="${name}"][value="${value}"]`);

const putDate = async (page, name, text) => {
  const [year, month, day] = text.split("-");
  for (const [part, value] of Object.entries({ year, month, day }))
    await page.fill(selector(`${name}.${part}`), String(Number(value)));
};

// Presses the labels, as a finger does. Of radio buttons another one takes the choice away.
const choose = async (page, name, values) => {
  for (const box of await page.locator(selector(name)).all()) {
    const wanted = values.includes(await box.getAttribute("value"));
    const radio = await box.getAttribute("type") === "radio";
    if (await box.isChecked() === wanted || (radio && !wanted)) continue;
    await page.click(`label[for="${await box.getAttribute("id")}"]`);
    assert.equal(await box.isChecked(), wanted);
  }
};

export const put = async (page, name, answer) => {
  const first = page.locator(selector(name)).first();
  if (await page.locator(selector(`${name}.day`)).count()) return putDate(page, name, answer);
  if (typeof answer === "object" && !Array.isArray(answer)) return first.fill(answer.name);
  if (await first.evaluate((control) => control.tagName === "SELECT"))
    return first.selectOption(String(answer));
  const type = await first.getAttribute("type");
  if (type === "radio" || type === "checkbox")
    return choose(page, name, [answer].flat().map(String));
  return first.fill(String(answer));
};

export const fillIn = async (page, answers) => {
  for (const [name, answer] of Object.entries(answers)) await put(page, name, answer);
};
