import { h, button, clip, stack, toast, visible } from "./dom.js";
import { count, short, span, ago, time } from "./format.js";
import { get, post, loading, url } from "./api.js";
import { ask, field, problemBox } from "./dialog.js";

const VERBS = {
  pause: ["Pause", "It starts nothing more; what runs is finished. Within a second, on every worker."],
  drain: ["Drain", "It starts nothing more, finishes what runs and leaves its group, so that others take over."],
  resume: ["Resume", "It works again, unless its pipeline or its server is held too."],
};

/** Gives a command about a phase, a pipeline or a server, after asking why. */
export async function command(page, verb, scope, label) {
  const [word, what] = VERBS[verb];
  const done = await ask({
    title: `${word} ${label}?`, content: h("div", null, h("p", null, what), field("Why", h("input", { name: "reason", autocomplete: "off" }), "It stays in the audit.")),
    confirm: word, kind: verb === "resume" ? "primary" : "danger",
    act: (form) => post(`/api/v1/control/${verb}`, { ...scope, reason: form.elements.reason.value }),
  });
  if (done) toast(done.changed ? `${label} is ${done.run}.` : `${label} was ${done.run} already.`);
}

export const commandPhase = (page, verb, pipeline, phase) => command(page, verb, { pipeline, phase }, `${pipeline}.${phase}`);

const TABS = [["workers", "Workers"], ["placement", "Placement"], ["transactions", "Transactions"]];

/** The pages about workers, one beside the other. */
export function tabs(at) {
  return h("nav", { class: "tabs", "aria-label": "About workers" }, TABS.map(([path, name]) => h("a", { href: `#/${path}`, "aria-current": path === at ? "page" : null }, name)));
}

/** Who works, where, on what; and what they are told. */
export function workers(page) {
  page.title("Workers");
  const box = { workers: [], settings: [], problem: null, busy: true, known: false };
  const told = { problem: null };
  const loadTold = loading(page, told, () => get(url(["control"])), (found) => {
    box.settings = found.settings;
  });
  const loadWorkers = loading(page, box, () => get(url(["workers"])), (found) => {
    box.workers = found.workers;
    box.known = true;
  });
  const load = () => Promise.all([loadTold(), loadWorkers()]);
  load();
  page.every(1000, load);
  page.view(() => [
    h("h1", null, "Workers"), tabs("workers"),
    h("p", { class: "lead" }, "Phases on all servers, then each server. ", h("a", { href: "#/placement" }, "Placement"), " has a phase on one server."),
    told.problem ? problemBox(told.problem) : null,
    page.pipelines().map((pipeline) => phases(page, pipeline, box, load)),
    h("h2", { class: "between" }, "Servers"),
    box.problem ? problemBox(box.problem) : null,
    box.workers.length ? box.workers.map((one) => server(page, one, box, load)) : box.busy ? h("p", { class: "empty" }, "Looking …") : box.known ? h("p", { class: "empty" }, "No worker has reported. Start one: phaseline worker.") : null,
  ]);
}

/** It is always there, so that the buttons behind it stay the elements that they are. */
function heldChip(text) {
  return h("span", { class: "chip info", hidden: !text }, text || "");
}

function phases(page, pipeline, box, load) {
  const held = box.settings.find((one) => one.pipeline === pipeline.name && !one.phase && one.run !== "running");
  const admin = page.may("admin");
  const scope = { pipeline: pipeline.name };
  return h("section", { class: "panel" },
    h("header", null, h("h2", null, pipeline.name),
      heldChip(held && `${held.run} by ${held.by}`),
      admin ? h("div", { class: "acts" }, held ? button("Resume all", () => command(page, "resume", scope, pipeline.name).then(load), { "aria-label": `Resume all of ${pipeline.name}` })
        : [button("Pause all", () => command(page, "pause", scope, pipeline.name).then(load), { "aria-label": `Pause all of ${pipeline.name}` }), button("Drain all", () => command(page, "drain", scope, pipeline.name).then(load), { "aria-label": `Drain all of ${pipeline.name}` })]) : null),
    stack(["Phase", "State", "Workers", "Running", "Concurrency", "Waiting", ""], pipeline.phases.map((phase) => h("tr", null,
        h("td", null, h("b", null, phase.phase)),
        h("td", null, h("span", { class: `chip ${phase.run !== "running" ? "info" : phase.condition ? "warn" : phase.workers ? "ok" : "quiet"}` }, phase.run !== "running" ? phase.run : phase.condition ? "suspended" : phase.workers ? "working" : "no worker"), phase.condition ? h("small", null, visible(phase.condition)) : null),
        h("td", { class: "num" }, count(phase.workers)),
        h("td", { class: "num" }, `${count(phase.running)} / ${count(phase.permits)}`),
        h("td", { class: "num" }, phase.permitsSet ? `${count(phase.permitsSet)} set` : phase.permitsAuto ? "auto" : "own"),
        h("td", { class: "num" }, short(phase.waiting)),
        h("td", { class: "acts" }, page.may("operator") ? [
          phase.run === "running" || held ? button("Pause", () => commandPhase(page, "pause", pipeline.name, phase.phase).then(load), { "aria-label": `Pause ${pipeline.name}.${phase.phase}` }) : button("Resume", () => commandPhase(page, "resume", pipeline.name, phase.phase).then(load), { "aria-label": `Resume ${pipeline.name}.${phase.phase}` }),
          button("Drain", () => commandPhase(page, "drain", pipeline.name, phase.phase).then(load), { "aria-label": `Drain ${pipeline.name}.${phase.phase}`, disabled: phase.run !== "running" })] : null,
        admin ? button("Concurrency …", () => concurrency(pipeline.name, phase).then(load), { "aria-label": `Set the concurrency of ${pipeline.name}.${phase.phase}` }) : null)))));
}

async function concurrency(pipeline, phase) {
  const done = await ask({
    title: `Concurrency of ${pipeline}.${phase.phase}`,
    content: h("div", null, field("Handlers at once, in each worker", h("input", { name: "permits", type: "number", min: "0", max: "100000", required: true, value: String(phase.permitsSet) }), "0: the number that the phase itself declares or finds."),
      field("Why", h("input", { name: "reason", autocomplete: "off" }))),
    confirm: "Set", act: (form) => post("/api/v1/control/concurrency", { pipeline, phase: phase.phase, permits: Number(form.elements.permits.value), reason: form.elements.reason.value }),
  });
  if (done) toast(done.changed ? `${done.scope}: ${done.permits || "its own number"} at once.` : "It was so already.");
}

const COLUMNS = ["Phase", "State", "Partitions", "Running", "Held", "Lag", "Done", "Retries", "Dead", "Longest running"];

function server(page, one, box, load) {
  const held = box.settings.find((setting) => setting.server === one.server && !setting.phase && setting.run !== "running");
  const kind = { live: "ok", stopped: "quiet", gone: "bad", unknown: "warn" }[one.liveness];
  const scope = { server: one.server };
  return h("section", { class: `panel server ${one.liveness}` },
    h("header", null, h("h3", null, visible(one.server)), h("span", { class: `chip ${kind}` }, one.liveness), heldChip(held?.run),
      h("p", { class: "sub" }, [one.host, `process ${one.pid}`, one.version, `up ${span(page.now() - Date.parse(one.started))}`, one.liveness === "live" ? "" : `last heard ${span(one.heardMsAgo)} ago`].filter(Boolean).join(" · ")),
      page.may("admin") && one.liveness !== "stopped" ? h("div", { class: "acts" }, held ? button("Resume", () => command(page, "resume", scope, one.server).then(load), { "aria-label": `Resume ${one.server}` })
        : [button("Pause", () => command(page, "pause", scope, one.server).then(load), { "aria-label": `Pause ${one.server}` }), button("Drain", () => command(page, "drain", scope, one.server).then(load), { "aria-label": `Drain ${one.server}` })]) : null),
    one.trouble ? h("p", { class: "note bad" }, visible(one.trouble)) : null,
    one.lastError ? h("p", { class: "note" }, "Last error ", h("time", { title: time(one.lastError.at) }, ago(one.lastError.at, page.now())), ": ", h("span", { class: "error" }, clip(one.lastError.what, 300))) : null,
    stack(COLUMNS, one.phases.map((phase) => h("tr", null,
      h("td", null, h("b", null, `${phase.pipeline}.${phase.phase}`)), h("td", null, phase.condition ? clip(phase.condition, 120) : phase.run),
      h("td", { class: "num" }, count(phase.partitions)), h("td", { class: "num" }, `${count(phase.running)} / ${count(phase.permits)}`, phase.hung ? h("em", null, ` ${count(phase.hung)} hung`) : null),
      h("td", { class: "num" }, count(phase.held)), h("td", { class: "num" }, phase.lag < 0 ? "–" : short(phase.lag)), h("td", { class: "num" }, short(phase.completed)), h("td", { class: "num" }, short(phase.retries)), h("td", { class: "num" }, short(phase.dead)),
      h("td", null, phase.inFlight.length ? [h("a", { class: "id", href: `#/job/${encodeURIComponent(phase.inFlight[0].job)}` }, clip(phase.inFlight[0].job, 32)), ` ${span(phase.inFlight[0].ageMs)}`] : "–")))));
}
