/* Draws openapi.json. Whatever the document holds becomes text, never markup. */
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];
let api = {};

/* An element: el("p.note", "text", child, …). */
function el(kind, ...children) {
  const [tag, ...classes] = kind.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/* `code` between backticks. */
function words(text) {
  return (text || "").split("`").map((part, i) => (i % 2 ? el("code", part) : part));
}

function link(anchor, text) {
  const node = el("a", text);
  node.href = "#" + anchor;
  return node;
}

function anchored(anchor, node) {
  node.id = anchor;
  return node;
}

function resolved(value) {
  let found = value;
  while (found && found.$ref)
    found = found.$ref.slice(2).split("/").reduce((at, name) => at[name], api);
  return found || {};
}

function nameOf(schema) {
  return schema.$ref ? schema.$ref.split("/").pop() : null;
}

/* What a schema is, in a few words, with links to those that have a name. */
function typeOf(schema) {
  if (schema.$ref) return [link("schema-" + nameOf(schema), nameOf(schema))];
  if (schema.allOf) return between(schema.allOf.map(typeOf), " and ");
  if (schema.anyOf) return between(schema.anyOf.map(typeOf), " or ");
  if (schema.const !== undefined) return [el("code", JSON.stringify(schema.const))];
  if (schema.enum)
    return between(schema.enum.map((one) => [el("code", JSON.stringify(one))]), " or ");
  const types = [schema.type || (schema.properties ? "object" : "any JSON")].flat();
  return between(types.map((type) => typeNamed(type, schema)), " or ");
}

function typeNamed(type, schema) {
  if (type === "array" && schema.items) return ["array of ", ...typeOf(schema.items)];
  if (type === "string" && schema.format === "date-time") return ["time"];
  if (type === "string" && schema.format === "date") return ["date"];
  return [type];
}

function between(lists, mark) {
  return lists.flatMap((list, i) => (i ? [mark, ...list] : list));
}

function bounds(schema) {
  const out = [];
  if (schema.minimum !== undefined && schema.maximum !== undefined)
    out.push(schema.minimum + " to " + schema.maximum);
  if (schema.minItems !== undefined && schema.maxItems !== undefined)
    out.push(schema.minItems + " to " + schema.maxItems + " of them");
  if (schema.maxLength !== undefined) out.push(schema.maxLength + " characters at most");
  if (schema.default !== undefined) out.push(schema.default + " unless given");
  return out.length ? el("span.bounds", " " + out.join(", ")) : null;
}

/* Members of an object, those of its parts included; of the parts with names only their names. */
function members(schema) {
  const required = schema.required || [];
  const own = Object.entries(schema.properties || {}).map(([name, held]) => ({
    name, schema: held, required: required.includes(name)}));
  const parts = (schema.allOf || []).filter((part) => !part.$ref).flatMap(members);
  return [...own, ...parts];
}

function memberRow(member) {
  const inner = members(member.schema.items || member.schema);
  return el("li",
    el("code.name", member.name), " ", el("span.type", ...typeOf(member.schema)),
    member.required ? el("span.required", " required") : null, bounds(member.schema),
    member.schema.description ? el("span.what", " ", ...words(member.schema.description)) : null,
    inner.length ? memberList(inner) : null);
}

function memberList(list) {
  return el("ul.members", list.map(memberRow));
}

function schemaView(schema) {
  const list = members(schema);
  if (!list.length) return el("p.type", ...typeOf(schema));
  const named = (schema.allOf || []).filter((part) => part.$ref);
  return el("div",
    named.length ? el("p.type", "With the members of ", ...between(named.map(typeOf), ", ")) : null,
    memberList(list));
}

/* Folds away what is long. */
function folded(title, text) {
  const node = el("details", el("summary", title), el("pre", el("code", text)));
  node.open = text.length < 400;
  return node;
}

function exampleTexts(media) {
  const all = media.examples ? Object.values(media.examples).map((one) => one.value)
                             : media.example !== undefined ? [media.example] : [];
  return all.map((value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2)));
}

function mediaView(content) {
  const [type, media] = Object.entries(content)[0];
  const others = Object.keys(content).slice(1);
  return el("div",
    el("p.media", el("code", type), others.length ? " or a form" : ""),
    schemaView(media.schema || {}),
    exampleTexts(media).map((text) => folded("Example", text)));
}

function parameterRow(given) {
  const parameter = resolved(given);
  const schema = parameter.schema || {};
  return el("tr",
    el("td", el("code.name", parameter.name)),
    el("td", el("span.place", parameter.in), parameter.required ? el("span.required", " required") : null),
    el("td", el("span.type", ...typeOf(schema)), bounds(schema)),
    el("td", ...words(parameter.description)));
}

function parametersView(list) {
  if (!list || !list.length) return null;
  const head = el("tr", ["Name", "In", "Type", ""].map((title) => {
    const cell = el("th", title);
    cell.scope = "col";
    return cell;
  }));
  return el("div.wide", el("table", el("thead", head), el("tbody", list.map(parameterRow))));
}

/* The refusals that any operation may answer with are one line. */
function responsesView(responses) {
  const own = Object.entries(responses).filter(([, held]) => !held.$ref);
  const shared = Object.entries(responses).filter(([, held]) => held.$ref).map(([code]) => code);
  return el("div.responses",
    own.map(([code, response]) => el("div.response",
      el("p", el("code.status", code), " ", ...words(response.description)),
      response.content ? mediaView(response.content) : null)),
    shared.length ? el("p.shared", "Or ", link("refusals", "refused"), " by ",
                       ...between(shared.map((code) => [el("code", code)]), ", ")) : null);
}

function scopeView(operation) {
  const security = operation.security;
  if (!security) return null;
  if (!security.length) return el("span.scope", "open");
  const scopes = Object.values(security[0])[0];
  return el("span.scope", scopes.length ? scopes.join(", ") : "any key");
}

function operationView(method, path, operation, anchor) {
  const node = el("article",
    el("h3", el("span.method." + method, method.toUpperCase()), " ", el("code", path),
       scopeView(operation)),
    el("p.summary", ...words(operation.summary)),
    operation.description ? el("p", ...words(operation.description)) : null,
    operation.parameters ? el("h4", "Parameters") : null,
    parametersView(operation.parameters),
    operation.requestBody ? el("h4", "Body") : null,
    operation.requestBody ? mediaView(operation.requestBody.content) : null,
    el("h4", "Answers"),
    responsesView(operation.responses));
  node.id = anchor;
  return node;
}

function section(anchor, title, ...children) {
  return anchored(anchor, el("section", el("h2", title), ...children));
}

function indexPart(title, anchor, rows) {
  return el("div", el("p.part", link(anchor, title)), el("ul", rows.map((row) => el("li", row))));
}

function operationsOf(tag) {
  return Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method] && item[method].tags.includes(tag)).map((method) =>
      ({method, path, operation: item[method], anchor: item[method].operationId})));
}

function drawTag(tag, main, index) {
  const anchor = "tag-" + tag.name.toLowerCase().replaceAll(" ", "-");
  const rows = operationsOf(tag.name);
  main.append(section(anchor, tag.name, el("p", ...words(tag.description)),
    rows.map((row) => operationView(row.method, row.path, row.operation, row.anchor))));
  index.append(indexPart(tag.name, anchor, rows.map((row) => {
    const entry = link(row.anchor, "");
    entry.append(el("span.method." + row.method, row.method.toUpperCase()), " ", row.operation.summary);
    entry.title = row.path;
    return entry;
  })));
}

function eventView(name, item) {
  const operation = item.post;
  const media = operation.requestBody.content["application/json"];
  const own = media.schema.allOf[1].properties;
  const node = el("article",
    el("h3", el("span.method.event", "EVENT"), " ", el("code", name)),
    el("p", "Delivered as ", ...typeOf(own.event_name), ", of resource type ",
       ...typeOf(own.resource_type), "."),
    el("h4", "Its data"), schemaView(own.data),
    exampleTexts(media).map((text) => folded("Example", text)));
  node.id = "event-" + name;
  return node;
}

function drawEvents(main, index) {
  const rows = Object.entries(api.webhooks);
  const headers = rows[0][1].post.parameters;
  main.append(section("webhooks", "What is delivered",
    el("p", "Each event is a POST of an ", link("schema-Envelope", "envelope"),
       " to the endpoint, with these headers. Success is any 2xx."),
    parametersView(headers), rows.map(([name, item]) => eventView(name, item))));
  index.append(indexPart("What is delivered", "webhooks",
    rows.map(([name]) => link("event-" + name, name))));
}

function drawSchemas(main, index) {
  const names = Object.keys(api.components.schemas).sort();
  main.append(section("schemas", "Schemas", names.map((name) => {
    const schema = api.components.schemas[name];
    const node = el("article", el("h3", el("code", name)),
      schema.description ? el("p", ...words(schema.description)) : null, schemaView(schema));
    node.id = "schema-" + name;
    return node;
  })));
  index.append(indexPart("Schemas", "schemas", names.map((name) => link("schema-" + name, name))));
}

function drawAccess(main, index) {
  const schemes = Object.entries(api.components.securitySchemes);
  const refusals = Object.entries(api.components.responses);
  const rows = (list) => el("ul.members", list.map(([name, text]) =>
    el("li", el("code.name", name), " ", ...words(text))));
  main.append(section("access", "Access and refusals", el("p", ...words(api.info.description)),
    el("h3", "Who is asking"), rows(schemes.map(([name, held]) => [name, held.description])),
    anchored("refusals", el("h3", "Refusals")),
    el("p", ...words("`error` says in words what is wrong.")),
    rows(refusals.map(([name, held]) => [name.replace("Refused", ""), held.description]))));
  index.append(indexPart("Access and refusals", "access", []));
}

function draw() {
  const main = document.getElementById("main");
  const index = document.getElementById("index");
  document.getElementById("version").textContent = api.info.version;
  document.getElementById("summary").textContent = api.info.summary;
  drawAccess(main, index);
  for (const tag of api.tags) drawTag(tag, main, index);
  drawEvents(main, index);
  drawSchemas(main, index);
  document.getElementById("wait").remove();
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

fetch("openapi.json")
  .then((answer) => answer.json())
  .then((document) => { api = document; draw(); })
  .catch(() => { document.getElementById("wait").textContent = "openapi.json cannot be read."; });
