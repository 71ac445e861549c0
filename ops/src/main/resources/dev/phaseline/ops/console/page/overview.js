import { h, visible } from "./dom.js";
import { count, drains, short, rate, span } from "./format.js";
import { lines } from "./chart.js";
import { graph } from "./graph.js";
import { shown, SHOWN_MAX } from "./shown.js";
import { get } from "./api.js";
import { commandPhase } from "./workers.js";

const PLACES = [["#/dead", "Dead letters"], ["#/transactions", "Transactions"], ["#/workers", "Workers"], ["#/placement", "Placement"], ["#/schedules", "Schedules"]];

let history = { phases: {} };
let wanted = "";

async function refreshHistory(page) {
  try {
    history = await get("/api/v1/history");
    page.draw();
  } catch (failed) {
    if (!failed.problem) throw failed;
  }
}

/** Everything at once: trouble first, then each pipeline, then the last half hour. */
export function overview(page) {
  page.title("Overview");
  refreshHistory(page);
  page.every(5000, () => refreshHistory(page));
  page.view(() => {
    const now = page.state.overview;
    if (!now) return [h("h1", null, "Overview"), h("p", { class: "empty" }, "Waiting for the first answer …")];
    const restoring = now.tracker.state === "restoring";
    const actions = page.may("operator") ? {
      pause: (pipeline, phase) => commandPhase(page, "pause", pipeline, phase),
      resume: (pipeline, phase) => commandPhase(page, "resume", pipeline, phase),
    } : null;
    const part = shown(now.pipelines, wanted);
    return [
      h("h1", null, "Overview"),
      trouble(now.trouble),
      restoring ? restoringPanel(now.tracker) : strip(now),
      part.all > SHOWN_MAX ? choice(page, part) : null,
      part.pipelines.map((one) => graph(one.pipeline, one.phases, history.phases, actions)),
      restoring ? null : charts(part),
    ];
  });
}

/** Where not all phases are drawn. Trouble and sums above are of all. */
function choice(page, part) {
  return h("div", { class: "search" },
    h("input", { type: "search", id: "phases-wanted", value: wanted, placeholder: "part of a name, like cities.store", "aria-label": "Phases to show", autocomplete: "off", spellcheck: "false", oninput: (event) => {
      wanted = event.target.value;
      page.draw();
    } }),
    h("p", { class: "sub", role: "status" }, part.drawn < part.found ? `${count(part.drawn)} of ${count(part.found)} phases are shown; phaseline phases lists all` : `${count(part.found)} of ${count(part.all)} phases`));
}

function trouble(all) {
  if (all.length === 0) {
    return h("p", { class: "calm" }, h("b", null, "Nothing needs you."), " Every phase that has work has workers, and no dead letter waits.");
  }
  return h("ul", { class: "trouble", "aria-label": "What needs attention" }, all.map((one) => h("li", { class: one.severity },
    h("div", null, h("strong", null, visible(one.title)), h("p", null, visible(one.remedy))),
    one.link ? h("a", { class: "button", href: one.link }, PLACES.find(([place]) => one.link.startsWith(place))?.[1] ?? "Open") : null)));
}

function restoringPanel(tracker) {
  return h("section", { class: "panel restoring" },
    h("h2", null, "The tracker reads its store back"),
    h("p", { class: "sub" }, `${count(tracker.restored)} of ${tracker.total ? count(tracker.total) : "?"} records. Counts are shown when they are right, not before; work goes on meanwhile.`),
    h("progress", { max: "1", "aria-label": "Restored", value: tracker.progress }));
}

function strip(now) {
  const phases = now.pipelines.flatMap((pipeline) => pipeline.phases);
  const sum = (name) => phases.reduce((all, phase) => all + (phase[name] ?? 0), 0);
  const waiting = sum("waiting");
  const stat = (name, value, href, kind) => h("div", { class: kind ?? "" }, h("dt", null, name), h("dd", { class: value.length > 14 ? "words" : "" }, href ? h("a", { href }, value) : value));
  return h("dl", { class: "strip" },
    stat("Waiting", short(waiting), "#/jobs?q=state%3Dwaiting"),
    stat("Running", count(sum("running"))),
    stat("Done a second", rate(now.pipelines.reduce((all, one) => all + (one.phases.at(-1)?.outPerSecond ?? 0), 0))),
    stat("All empty in", allEmpty(now)),
    stat("Retrying", count(sum("retrying")), "#/jobs?q=state%3Dretrying"),
    stat("Dead letters", count(sum("dead")), "#/dead", sum("dead") > 0 ? "warn" : ""),
    stat("Workers", now.workers.unknown > 0 ? `${now.workers.live} of ${now.workers.live + now.workers.gone + now.workers.unknown}, rest unknown` : now.workers.gone > 0 ? `${now.workers.live} of ${now.workers.live + now.workers.gone}` : count(now.workers.live), "#/workers", now.workers.gone + now.workers.unknown > 0 ? "bad" : ""));
}

/** The last of all phases; one that never will be empty before others. */
function allEmpty(now) {
  const open = now.pipelines.flatMap((pipeline) => pipeline.phases.filter((phase) => phase.waiting > 0)
    .map((phase) => ({ phase, text: drains(phase, `${pipeline.name}.${phase.phase}`) })));
  if (!open.length) return now.pipelines.some((pipeline) => pipeline.phases.some((phase) => phase.waiting !== undefined)) ? "now" : "–";
  const ends = (one) => (one.text.startsWith("never") ? Infinity : one.phase.toDrainMs ?? Number.MAX_VALUE);
  return open.reduce((last, one) => (ends(one) > ends(last) ? one : last)).text;
}

/** Of the phases that are drawn: lines of hundreds could not be told apart. */
function charts(part) {
  const names = part.pipelines.flatMap(({ pipeline, phases }) => phases.map((phase) => `${pipeline.name}.${phase.phase}`));
  const one = part.pipelines.length === 1;
  const series = (column) => names.map((name) => ({
    name: one ? name.slice(name.indexOf(".") + 1) : name,
    points: (history.phases[name] ?? []).map((row) => [row[0], row[column]]),
  }));
  return h("section", { class: "charts" },
    lines("Throughput, items a second", series(2), (n) => (n < 10 ? String(Math.round(n * 10) / 10) : short(Math.round(n)))),
    lines("Waiting items", series(3), (n) => short(Math.round(n))),
    lines("Stay in a phase, p50", series(4), span),
    lines("Stay in a phase, p99", series(5), span));
}
