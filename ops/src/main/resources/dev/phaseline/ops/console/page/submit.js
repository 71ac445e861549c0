import { h, visible, toast } from "./dom.js";
import { get, post } from "./api.js";
import { ask, field } from "./dialog.js";

const UNION_REST = (type) => (Array.isArray(type) ? type.find((one) => one !== "null") : type);
const AVRO = { string: "text", int: "integer", long: "integer", float: "number", double: "number", boolean: "boolean", array: "list" };

/** The members that a payload has, or null where only JSON as a whole can be asked for. */
function members(entry) {
  if (entry.form === "json" && entry.members.length) return entry.members;
  if (entry.form !== "avro") return null;
  const schema = JSON.parse(entry.schema);
  if (schema.type !== "record") return null;
  return schema.fields.map((one) => {
    const type = UNION_REST(one.type);
    return { name: one.name, type: AVRO[type?.logicalType ? "" : type?.type ?? type] ?? (type?.type === "enum" ? "text" : "object"), required: one.default === undefined, hint: one.doc, values: type?.symbols };
  });
}

/** An input for a member. What can't be asked for in one line is asked for as JSON. */
function input(member) {
  const name = `m.${member.name}`;
  switch (member.type) {
    case "integer": return h("input", { name, type: "number", step: "1", required: member.required });
    case "number": return h("input", { name, type: "number", step: "any", required: member.required });
    case "boolean": return h("select", { name }, (member.required ? ["true", "false"] : ["", "true", "false"]).map((one) => h("option", null, one)));
    case "text": return member.values ? h("select", { name }, (member.required ? [] : [""]).concat(member.values).map((one) => h("option", null, one))) : h("input", { name, autocomplete: "off" });
    default: return h("textarea", { name, rows: "2", spellcheck: "false", placeholder: member.type === "list" ? "[]" : "{}" });
  }
}

/** JSON text, so that a number keeps its digits. */
function json(member, text) {
  switch (member.type) {
    case "text": return JSON.stringify(text);
    case "list": case "object": return JSON.stringify(parsed(text, `'${member.name}'`));
    default: return text.trim();
  }
}

function parsed(text, what) {
  try {
    return JSON.parse(text);
  } catch (wrong) {
    throw Object.assign(new Error("json"), { problem: { title: "This is no JSON", detail: `${what} is not JSON: ${wrong.message}`, remedy: "Quote text, and look for a comma that is missing." } });
  }
}

function payload(entry, form) {
  const known = members(entry);
  if (!known) {
    const text = form.elements.payload.value;
    if (entry.form === "text") return JSON.stringify(text);
    parsed(text, "The payload");
    return text;
  }
  const parts = known.map((one) => [one, form.elements[`m.${one.name}`].value])
    .filter(([one, text]) => text !== "" || (one.required && one.type === "text"))
    .map(([one, text]) => `${JSON.stringify(one.name)}:${json(one, text)}`);
  return `{${parts.join(",")}}`;
}

function fields(entry) {
  const known = members(entry);
  if (!known) {
    const label = entry.form === "text" ? "Payload, text" : "Payload, JSON";
    return [field(label, h("textarea", { name: "payload", rows: "6", spellcheck: "false", required: entry.form !== "text" }))];
  }
  return [h("div", { class: "fields" }, known.map((one) => field(one.name + (one.required ? "" : " (optional)"), input(one), visible(one.hint ?? one.type))))];
}

/** The start of a job: in so long, at a time of this browser's zone, or at once. */
function start(form) {
  const after = form.elements.after.value.trim();
  const at = form.elements.at.value;
  return { ...(after ? { after } : {}), ...(at ? { at: new Date(at).toISOString() } : {}) };
}

function tags(text) {
  const pairs = text.split(/[\s,]+/).filter(Boolean).map((one) => [one.split("=")[0], one.split("=").slice(1).join("=")]);
  return pairs.length ? { tags: Object.fromEntries(pairs) } : {};
}

/** Asks for a new job and submits it. The id is drawn before, so that pressing twice is one job. */
export async function submitJob(page) {
  const { entries } = await get("/api/v1/entries");
  const open = entries.filter((one) => one.form !== "bytes");
  if (!open.length) {
    toast("No pipeline here takes JSON.", "bad");
    return;
  }
  const id = crypto.randomUUID();
  let entry = open[0];
  const slot = h("div", { class: "entry" }, fields(entry));
  const choose = h("select", { name: "pipeline", onchange: () => {
    entry = open.find((one) => one.pipeline === choose.value);
    slot.replaceChildren(...fields(entry));
  } }, open.map((one) => h("option", { value: one.pipeline }, one.pipeline)));
  const done = await ask({
    title: "Submit a job", wide: true, confirm: "Submit",
    content: h("div", null,
      field("Pipeline", choose), slot,
      h("div", { class: "fields" },
        field("Id", h("input", { name: "id", autocomplete: "off", value: id }), "A second job of one id is not submitted."),
        field("Key (optional)", h("input", { name: "key", autocomplete: "off" }), "Jobs of one key run in order."),
        field("After (optional)", h("input", { name: "after", autocomplete: "off", placeholder: "1h30m" })),
        field("At (optional)", h("input", { name: "at", type: "datetime-local" }), "In this browser's time zone."),
        field("Tags (optional)", h("input", { name: "tags", autocomplete: "off", placeholder: "source=crm" })))),
    act: (form) => {
      const named = { pipeline: entry.pipeline, id: form.elements.id.value.trim() || id, ...start(form), ...tags(form.elements.tags.value) };
      const key = form.elements.key.value.trim();
      const head = JSON.stringify({ ...named, ...(key ? { key } : {}) });
      return post("/api/v1/jobs", `${head.slice(0, -1)},"payload":${payload(entry, form)}}`);
    },
  });
  if (!done) return;
  toast(done.submitted ? `Job ${done.id} is submitted. ${done.warning}` : `Job ${done.id} was there already.`);
  page.go(`/job/${encodeURIComponent(done.id)}`);
}
