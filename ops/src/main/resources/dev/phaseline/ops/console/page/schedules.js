import { h, button, visible, clip, stack, toast } from "./dom.js";
import { count, ago, span, time, until } from "./format.js";
import { get, post, loading, url } from "./api.js";
import { ask, field, problemBox } from "./dialog.js";

const KIND = { active: "ok", paused: "info", failed: "bad", finished: "quiet", invalid: "bad", new: "quiet" };
const DAY_MS = 86_400_000;

/** Schedules: what runs next, what ran last, and what is wrong. */
export function schedules(page) {
  page.title("Schedules");
  const box = { all: null, problem: null, busy: true };
  const load = loading(page, box, () => get(url(["schedules"])), (found) => {
    box.all = found;
  });
  load();
  page.every(2000, load);
  page.view(() => [
    h("div", { class: "headline" }, h("h1", null, "Schedules"), page.may("admin") ? button("New schedule …", () => make(page).then(load)) : null),
    box.problem ? problemBox(box.problem) : null,
    box.all && !box.all.served && box.all.schedules.length ? h("p", { class: "note bad" }, "No scheduler runs, so no schedule does. Start one: phaseline scheduler, or phaseline worker --scheduler.") : null,
    (box.all?.unreadable ?? []).map((one) => h("p", { class: "note bad" }, `Schedule ${visible(one.id)} can't be read: ${visible(one.why)}. Put it again.`)),
    box.all?.schedules.length ? table(page, box.all.schedules, load) : box.busy ? h("p", { class: "empty" }, "Looking …")
      : box.all ? h("p", { class: "empty" }, "There is no schedule. Make one here, or with phaseline schedule put.") : null,
  ]);
}

function table(page, all, load) {
  return stack(["Schedule", "State", "Next", "Latest runs", "Next 24 hours", ""], all.map((one) => row(page, one, load)), "schedules");
}

function row(page, one, load) {
  return h("tr", { class: one.trouble.length ? "troubled" : null },
    h("td", { class: "id" }, h("a", { href: `#/schedule/${encodeURIComponent(one.id)}` }, clip(one.id, 60)),
      h("small", null, clip(one.when, 60), one.zone === "UTC" || one.when.startsWith("continuous") ? "" : ` ${one.zone}`),
      one.trouble.map((each) => h("small", { class: "error" }, clip(each.title, 200)))),
    h("td", null, chip(one.state)),
    h("td", null, one.next ? h("time", { datetime: one.next, title: time(one.next) }, until(one.next, page.now())) : one.counts.running ? "after this run" : "–",
      one.counts.running || one.counts.waiting ? h("small", null, `${count(one.counts.running)} running${one.counts.waiting ? `, ${count(one.counts.waiting)} waiting` : ""}`) : null),
    h("td", null, recent(one.recent), latest(one.last, page.now())),
    h("td", null, day(one, page.now())),
    h("td", { class: "acts" }, acts(page, one, load)));
}

const chip = (state) => h("span", { class: `chip ${KIND[state] ?? "quiet"}` }, state);

function latest(last, now) {
  if (!last) return h("small", null, "none yet");
  const took = last.tookMs === undefined ? "" : `, took ${span(last.tookMs)}`;
  return h("small", { class: last.outcome && last.outcome !== "done" ? "error" : null }, `${last.outcome ?? "running"} ${ago(last.submitted, now)}${took}`);
}

/** The latest ends and skips, the newest on the right: what failed or was skipped is red. */
function recent(runs) {
  const ends = runs.filter((one) => one.what === "ended" || one.what === "skipped").reverse();
  if (!ends.length) return null;
  return h("span", { class: "recent", role: "img", "aria-label": `Latest runs: ${ends.map(word).join(", ")}` },
    ends.map((one) => h("i", { class: one.what === "skipped" ? "skipped" : one.outcome, title: `${time(one.nominal)}: ${word(one)}` })));
}

const word = (one) => (one.what === "ended" ? one.outcome : one.what === "skipped" ? `skipped, ${one.why}` : one.what);

/** The coming day as a strip: a mark for each instant, or a band where they are too many. */
function day(one, now) {
  const label = one.dense ? "more than 288 instants" : `${one.coming.length} ${one.coming.length === 1 ? "instant" : "instants"}`;
  const marks = one.state === "paused" || one.state === "failed" ? [] : one.dense || one.when.startsWith("continuous") ? [h("i", { class: "band" })]
    : one.coming.map((at) => h("i", { title: time(at), vars: { "--at": String((Date.parse(at) - now) / DAY_MS) } }));
  return h("span", { class: "day", role: "img", "aria-label": `In the next 24 hours: ${one.when.startsWith("continuous") ? "all the time" : label}` },
    [0.25, 0.5, 0.75].map((at) => h("b", { vars: { "--at": String(at) } })), marks);
}

function acts(page, one, load) {
  if (!page.may("operator")) return null;
  const held = one.state === "paused" || one.state === "failed";
  return [
    held ? button("Resume", () => change(one, "resume", "Resume").then(load), { "aria-label": `Resume ${one.id}` })
      : button("Pause", () => change(one, "pause", "Pause").then(load), { "aria-label": `Pause ${one.id}` }),
    button("Run now", () => change(one, "trigger", "Run now").then(load), { "aria-label": `Run ${one.id} now` }),
    page.may("admin") ? button("Edit …", () => edit(one.id).then(load), { "aria-label": `Edit ${one.id}` }) : null,
  ];
}

const EFFECT = {
  pause: "No instant of it runs until it is resumed. Running jobs go on.",
  resume: "It runs at its next instant. Instants of the pause are not caught up.",
  trigger: "One job is submitted within a second, whatever runs.",
  remove: "It is gone, and its running jobs go on. Its history stays for a while.",
};

async function change(one, verb, label) {
  const done = await ask({
    title: `${label}: ${visible(one.id)}?`,
    content: h("div", null, h("p", null, EFFECT[verb]), field("Why", h("input", { name: "reason", autocomplete: "off" }), "It stays in the audit.")),
    confirm: label, kind: verb === "pause" || verb === "remove" ? "danger" : "primary",
    act: (form) => post(url(["schedules", one.id, verb]), { reason: form.elements.reason.value }),
  });
  if (!done) return null;
  toast(done.job ? `Job ${done.job} is ordered.` : done.changed ? `${label}: ${one.id} is changed.` : "It was so already.");
  return done;
}

/** The fields that are changed most; all others stay as they are in the definition. */
function inputs(definition) {
  const text = (name, label, hint) => field(label, h("input", { name, autocomplete: "off", value: definition[name] ?? "" }), hint);
  const timing = definition.cron ? field("Cron lines", h("textarea", { name: "cron", rows: String(Math.max(2, definition.cron.length)), spellcheck: "false" }, definition.cron.join("\n")), "One a line.")
    : definition.continuous ? text("pause", "Pause between runs", "0s: as fast as possible") : text("every", "Interval", "From 100ms up: 30s, 5m, 1h30m.");
  return h("div", { class: "fields" }, timing, definition.every ? text("offset", "Offset", "After each multiple of the interval.") : null,
    definition.continuous ? null : text("zone", "Time zone", "Like Europe/Berlin; UTC without one."), text("timeout", "Timeout", "Each job's deadline; none without one."), text("note", "Note"));
}

function edited(definition, form) {
  const next = { ...definition };
  for (const name of ["every", "offset", "pause", "zone", "timeout", "note"]) {
    const input = form.elements[name];
    if (!input) continue;
    if (input.value.trim()) next[name] = input.value.trim();
    else delete next[name];
  }
  if (form.elements.cron) next.cron = form.elements.cron.value.split("\n").map((line) => line.trim()).filter(Boolean);
  return next;
}

async function edit(id) {
  const one = await get(url(["schedules", id]));
  const done = await ask({
    title: `Edit ${visible(id)}`, wide: true, confirm: "Put",
    content: h("div", null, inputs(one.definition),
      h("details", null, h("summary", null, "All other fields, as JSON"), h("textarea", { name: "whole", rows: "12", spellcheck: "false", "aria-label": "The definition" }, JSON.stringify(rest(one.definition), null, 2))),
      field("Why", h("input", { name: "reason", autocomplete: "off" }), "It stays in the audit.")),
    act: (form) => post(url(["schedules", id, "put"]), {
      definition: edited({ ...kept(one.definition), ...parsed(form.elements.whole.value) }, form), revision: one.schedule.revision, reason: form.elements.reason.value,
    }),
  });
  if (done) toast(done.changed ? `Schedule ${id} is changed.` : "It was so already.");
  return done;
}

const SHOWN = ["every", "offset", "pause", "zone", "timeout", "note", "cron"];
const rest = (definition) => Object.fromEntries(Object.entries(definition).filter(([name]) => !SHOWN.includes(name)));
const kept = (definition) => Object.fromEntries(Object.entries(definition).filter(([name]) => SHOWN.includes(name)));

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (wrong) {
    throw Object.assign(new Error("json"), { problem: { title: "This is no JSON", detail: `The definition is not JSON: ${wrong.message}`, remedy: "Quote text, and look for a comma that is missing." } });
  }
}

async function make(page) {
  const kind = h("select", { name: "kind", onchange: () => value.replaceWith(value = valueOf(kind.value)) },
    [["every", "At an interval"], ["cron", "At times (cron)"], ["continuous", "One after the other"]].map(([name, label]) => h("option", { value: name }, label)));
  const valueOf = (name) => (name === "every" ? field("Interval", h("input", { name: "value", required: true, value: "1h" }), "From 100ms up.")
    : name === "cron" ? field("Cron line", h("input", { name: "value", required: true, placeholder: "0 2 * * MON-FRI" }), "Minute, hour, day, month, weekday.")
      : field("Pause between runs", h("input", { name: "value", value: "0s" })));
  let value = valueOf("every");
  const done = await ask({
    title: "New schedule", wide: true, confirm: "Make",
    content: h("div", null,
      h("div", { class: "fields" }, field("Id", h("input", { name: "id", required: true, autocomplete: "off" })),
        field("Pipeline", h("select", { name: "pipeline" }, page.pipelines().map((one) => h("option", null, one.name)))), field("Runs", kind), value,
        field("Time zone (optional)", h("input", { name: "zone", placeholder: "UTC" })), field("Timeout (optional)", h("input", { name: "timeout", placeholder: "10m" }))),
      field("Payload", h("textarea", { name: "payload", rows: "4", spellcheck: "false" }), "JSON, or text where the phase takes text. ${nominal} is the instant."),
      field("Why", h("input", { name: "reason", autocomplete: "off" }), "It stays in the audit.")),
    act: (form) => {
      const of = (name) => form.elements[name].value.trim();
      const timing = of("kind") === "cron" ? { cron: [of("value")] } : of("kind") === "every" ? { every: of("value") } : { continuous: true, pause: of("value") };
      const definition = { ...timing, pipeline: of("pipeline"), payload: form.elements.payload.value };
      if (of("zone") && of("kind") !== "continuous") definition.zone = of("zone");
      if (of("timeout")) definition.timeout = of("timeout");
      return post(url(["schedules", of("id"), "put"]), { definition, reason: of("reason") });
    },
  });
  if (done) toast(`Schedule ${done.id} is made.`);
}

/** One schedule: its definition, the coming instants and what was decided. */
export function schedule(page, id) {
  page.title(`Schedule ${id}`);
  const box = { one: null, problem: null, busy: true };
  const load = loading(page, box, () => get(url(["schedules", id], { limit: 100 })), (found) => {
    box.one = found;
  });
  load();
  page.every(2000, load);
  page.view(() => {
    if (!box.one) return [h("h1", null, "Schedule"), box.problem ? problemBox(box.problem) : h("p", { class: "empty" }, "Looking …")];
    const { schedule: one, definition, instants, history, by, changed, reason } = box.one;
    const all = Object.entries(definition);
    return [
      h("p", { class: "crumbs" }, h("a", { href: "#/schedules" }, "Schedules"), " / ", one.pipeline),
      h("div", { class: "headline" }, h("h1", { class: "id" }, clip(one.id, 120)), chip(one.state), h("div", { class: "acts more" }, acts(page, one, load),
        page.may("admin") ? button("Remove …", () => change(one, "remove", "Remove").then((done) => (done ? page.go("/schedules") : null)), { class: "button danger" }) : null)),
      box.problem ? problemBox(box.problem) : null,
      one.trouble.map((each) => h("div", { class: "problem" }, h("strong", null, visible(each.title)), h("p", { class: "remedy" }, visible(each.remedy)))),
      h("section", { class: "panel" }, h("header", null, h("h2", null, "Next 24 hours")), day(one, page.now()),
        h("ol", { class: "instants" }, instants.length ? instants.map((at) => h("li", null, h("time", { datetime: at }, zoned(at, one.zone)), h("small", null, until(at, page.now())))) : h("li", null, definition.continuous ? "The next run starts when the last one's job has ended." : "No instant is ahead."))),
      h("section", { class: "panel" }, h("header", null, h("h2", null, "Definition"), h("p", { class: "sub" }, `changed ${ago(changed, page.now())} by ${visible(by)}${reason ? `: ${clip(reason, 200)}` : ""}`)),
        h("dl", { class: "headers" }, all.map(([name, value]) => h("div", null, h("dt", null, visible(name)), h("dd", null, clip(typeof value === "string" ? value : JSON.stringify(value), 2000)))))),
      h("section", { class: "panel" }, h("header", null, h("h2", null, "History")), runs(history)),
    ];
  });
}

function zoned(at, zone) {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" });
  return format.format(new Date(at));
}

function runs(history) {
  if (!history.length) return h("p", { class: "empty" }, "Nothing was decided yet.");
  return stack(["Instant", "What", "Late", "Took", "Items", "Cause", "Job"], history.map((one) => h("tr", null,
      h("td", null, h("time", { datetime: one.nominal }, time(one.nominal))),
      h("td", null, h("span", { class: `chip ${bad(one) ? "bad" : one.what === "ended" ? "good" : "quiet"}` }, one.what === "ended" ? one.outcome : one.what), one.why ? h("small", null, `${one.why}${one.count > 1 ? `, ${count(one.count)} instants` : ""}`) : null),
      h("td", { class: "num" }, one.latenessMs === undefined ? "" : span(one.latenessMs)), h("td", { class: "num" }, one.tookMs === undefined ? "" : span(one.tookMs)),
      h("td", { class: "num" }, one.items === undefined ? "" : count(one.items)), h("td", null, one.cause),
      h("td", { class: "id" }, one.job ? h("a", { href: `#/job/${encodeURIComponent(one.job)}` }, clip(one.job, 60)) : ""))));
}

const bad = (one) => one.what === "skipped" || (one.what === "ended" && one.outcome !== "done");
