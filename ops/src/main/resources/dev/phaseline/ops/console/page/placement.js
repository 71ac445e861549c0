import { h, button, stack, toast, visible } from "./dom.js";
import { count, short } from "./format.js";
import { get, post, loading, url } from "./api.js";
import { ask, field, problemBox } from "./dialog.js";
import { tabs } from "./workers.js";

const RUNS = [["running", "resume", "Works"], ["paused", "pause", "Paused: starts nothing more, keeps its partitions"], ["drained", "drain", "Drained: lets its partitions go, so that other servers take over"]];
const isStandby = (place) => place.condition.startsWith("on standby");

/** Phases and servers as a table: who runs what, how much of it at once, and what waits there. */
export function placement(page) {
  page.title("Placement");
  const box = { found: null, problem: null, busy: true };
  const load = loading(page, box, () => get(url(["placement"])), (found) => {
    box.found = found;
  });
  load();
  page.every(1000, load);
  page.view(() => [
    h("h1", null, "Placement"), tabs("placement"),
    h("p", { class: "lead" }, "Handlers at work and how many there may be at once, for each phase on each server that has it. A change reaches the server within a second and survives restarts."),
    box.problem ? problemBox(box.problem) : null,
    box.found ? pipelines(box.found.phases).map(([name, phases]) => panel(page, name, phases, box.found.servers, load)) : box.busy ? h("p", { class: "empty" }, "Looking …") : null,
    box.found && !box.found.phases.some((phase) => phase.places.length) ? h("p", { class: "empty" }, "No worker has reported. Start one: phaseline worker.") : null,
  ]);
}

function pipelines(phases) {
  const all = new Map();
  for (const phase of phases) all.set(phase.pipeline, [...(all.get(phase.pipeline) ?? []), phase]);
  return [...all];
}

function panel(page, name, phases, known, load) {
  const servers = known.filter((one) => one.liveness !== "stopped" && phases.some((phase) => phase.places.some((place) => place.server === one.server)));
  const rows = phases.map((phase) => h("tr", null, about(phase), everywhere(page, phase, load),
    servers.map((one) => cell(page, phase, one, load))));
  return h("section", { class: "panel" }, h("header", null, h("h2", null, visible(name))),
    stack(["Phase", "All servers", ...servers.map((one) => [visible(one.server), " ", aside(one)])], rows, "matrix"));
}

/** What holds for all that a server does. */
function aside(one) {
  const words = told(one);
  return words ? h("span", { class: `chip ${one.liveness === "gone" ? "bad" : one.liveness === "unknown" ? "warn" : "info"}` }, words) : null;
}

const told = (one) => [one.liveness === "live" ? "" : one.liveness, one.run === "running" ? "" : one.run].filter(Boolean).join(", ");

function about(phase) {
  return h("td", null, h("b", null, visible(phase.phase)), phase.trouble ? h("small", { class: "error" }, visible(phase.trouble)) : null);
}

function everywhere(page, phase, load) {
  const live = phase.places.filter((place) => place.liveness === "live");
  const sum = (name) => live.reduce((all, place) => all + place[name], 0);
  return h("td", null,
    h("b", null, `${count(sum("running"))} / ${count(sum("permits"))}`),
    chip(phase.run, live.length ? "" : "no server"),
    h("small", null, [phase.waiting === undefined ? "" : `${short(phase.waiting)} waiting`, phase.permitsSet ? `${count(phase.permitsSet)} set for each` : ""].filter(Boolean).join(", ")),
    edit(page, phase, null, load));
}

function cell(page, phase, one, load) {
  const place = phase.places.find((each) => each.server === one.server);
  if (!place) return h("td", { class: "none" }, "–");
  const live = place.liveness === "live";
  return h("td", { class: live ? null : "old", "data-name": [visible(one.server), told(one)].filter(Boolean).join(", ") },
    h("b", { class: place.running > 0 && place.running >= place.permits ? "full" : null }, `${count(place.running)} / ${count(place.permits)}`),
    chip(isStandby(place) ? "standby" : place.run, place.condition && place.run === "running" ? "held up" : "", place.condition),
    h("small", null, [place.lag < 0 ? "" : `lag ${short(place.lag)}`, `${count(place.partitions)} ${place.partitions === 1 ? "partition" : "partitions"}`].filter(Boolean).join(", ")),
    h("small", null, [place.permitsSet ? `${count(place.permitsSet)} set here` : place.permitsAuto ? "finds its number" : "", place.hung ? `${count(place.hung)} hung` : ""].filter(Boolean).join(", ")),
    live ? edit(page, phase, place, load) : null);
}

/** It is always there, so that what is behind it stays the element that it is. */
function chip(run, trouble, title) {
  const word = run === "running" ? trouble : run;
  return h("span", { class: `chip ${run === "running" ? "warn" : "info"}`, hidden: !word, title: title ? visible(title) : null }, word);
}

function edit(page, phase, place, load) {
  if (!page.may("operator")) return null;
  const name = `${phase.pipeline}.${phase.phase}${place ? ` on ${place.server}` : " on all servers"}`;
  return button("Change …", () => change(page, phase, place, name).then(load), { "aria-label": `Change ${visible(name)}` });
}

async function change(page, phase, place, name) {
  const scope = { pipeline: phase.pipeline, phase: phase.phase, ...(place ? { server: place.server } : {}) };
  const now = place ? { run: place.runSet, permits: place.permitsSet } : { run: phase.runSet, permits: phase.permitsSet };
  const held = place ? place.runSet === "running" && place.run !== "running" && !isStandby(place) : phase.runSet === "running" && phase.run !== "running";
  const done = await ask({
    title: visible(name), confirm: "Change", content: h("div", null,
      field("At work", h("select", { name: "run" }, RUNS.map(([run, , words]) => h("option", { value: run, selected: run === now.run }, words))), held ? `It is ${place ? place.run : phase.run} by another command: for its pipeline${place ? ", its server or all servers" : ""}.` : null),
      page.may("admin") ? field(place ? "Handlers at once, on this server alone" : "Handlers at once, on each server", h("input", { name: "permits", type: "number", min: "0", max: "100000", required: true, value: String(now.permits) }), hint(phase, place)) : null,
      field("Why", h("input", { name: "reason", autocomplete: "off" }), "It stays in the audit.")),
    act: (form) => apply(scope, now, form),
  });
  if (done) toast(done.said.length ? `${visible(name)}: ${done.said.join(", ")}.` : "It was so already.");
}

function hint(phase, place) {
  if (!place) return "0: the number of each server's file, or of the phase.";
  if (isStandby(place)) return "It is on standby here: a number starts it, 0 leaves it.";
  return phase.permitsSet ? `0: the number for all servers, ${count(phase.permitsSet)}.` : "0: the number of its file, or of the phase.";
}

/** Gives the commands whose effect is wanted and not there yet. Each is audited for itself. */
async function apply(scope, now, form) {
  const reason = form.elements.reason.value;
  const said = [];
  const permits = form.elements.permits ? Number(form.elements.permits.value) : now.permits;
  if (permits !== now.permits) {
    const done = await post("/api/v1/control/concurrency", { ...scope, permits, reason });
    now.permits = permits;
    said.push(done.permits ? `${count(done.permits)} at once` : "no number of its own");
  }
  const run = form.elements.run.value;
  if (run !== now.run) {
    const done = await post(`/api/v1/control/${RUNS.find(([name]) => name === run)[1]}`, { ...scope, reason });
    said.push(done.run);
  }
  return { said };
}
