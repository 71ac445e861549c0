import { h, button } from "./dom.js";
import { count, drains, short, rate, span } from "./format.js";
import { spark } from "./chart.js";

/** A pipeline as a graph: its phases in order, and where its items end.
 * @param drawn those of its phases that are drawn; sums are of all */
export function graph(pipeline, drawn, history, actions) {
  const phases = pipeline.phases;
  const known = phases.some((phase) => phase.in !== undefined);
  const sum = (name) => phases.reduce((all, phase) => all + (phase[name] ?? 0), 0);
  return h("section", { class: "panel pipeline", "aria-label": `Pipeline ${pipeline.name}` },
    h("header", null,
      h("h2", null, pipeline.name),
      h("p", { class: "sub" }, known ? `${count(sum("waiting"))} waiting · ${rate(phases.at(-1)?.outPerSecond)} through the last phase` : "no item seen yet"),
      h("a", { class: "more", href: `#/jobs?q=${encodeURIComponent(`pipeline=${pipeline.name}`)}` }, "Jobs")),
    h("ol", { class: "graph" },
      drawn.map((phase) => node(pipeline.name, phase, history[`${pipeline.name}.${phase.phase}`] ?? [], actions)),
      h("li", { class: "ends" },
        end("done", "Done", sum("done"), `#/jobs?q=${encodeURIComponent(`pipeline=${pipeline.name} state=done`)}`),
        end("dead", "Dead letters", sum("dead"), `#/dead/${pipeline.name}`))));
}

function end(kind, label, n, href) {
  return h("a", { class: `end ${kind} ${n === 0 ? "none" : ""}`, href }, h("span", null, label), h("b", null, short(n)));
}

function node(pipeline, phase, samples, actions) {
  const held = phase.run !== "running";
  const idle = phase.workers === 0;
  const full = phase.permits > 0 && phase.running >= phase.permits;
  const state = held ? phase.run : phase.condition ? "suspended" : idle ? "no worker" : phase.waiting > 0 ? "working" : "idle";
  const kind = held ? "info" : phase.condition ? "warn" : idle && phase.waiting > 0 ? "bad" : state === "working" ? "ok" : "quiet";
  return h("li", { class: `node ${kind}` },
    h("header", null,
      h("h3", null, h("a", { href: `#/jobs?q=${encodeURIComponent(`pipeline=${pipeline} phase=${phase.phase}`)}` }, phase.phase)),
      h("span", { class: `chip ${kind}` }, state)),
    h("p", { class: "big" }, h("b", null, short(phase.waiting)), h("span", null, "waiting")),
    h("div", { class: "flow" }, spark(samples.slice(-60).map((row) => row[2])), h("span", null, rate(phase.outPerSecond), " out")),
    h("dl", { class: "facts" },
      fact("In", rate(phase.inPerSecond)),
      fact("Running", h("span", { class: full ? "full" : "" }, `${count(phase.running)} / ${count(phase.permits)}`)),
      fact("Stay p50", span(phase.stayP50Ms)),
      fact("p99", span(phase.stayP99Ms)),
      fact("Wait p50", span(phase.waitP50Ms)),
      fact("p99", span(phase.waitP99Ms)),
      fact("Handler p50", span(phase.serviceP50Ms)),
      fact("p99", span(phase.serviceP99Ms)),
      fact("Oldest", span(phase.oldestWaitingMs)),
      fact("Empty in", phase.waiting === undefined ? "–" : drains(phase).split(",")[0]),
      fact("Retrying", count(phase.retrying)),
      fact("Dead", phase.dead > 0 ? h("a", { class: "hot", href: `#/dead/${pipeline}?q=${encodeURIComponent(`phase=${phase.phase}`)}` }, count(phase.dead)) : count(phase.dead))),
    phase.condition ? h("p", { class: "note" }, phase.condition) : null,
    actions ? h("div", { class: "acts" }, held
      ? button("Resume", () => actions.resume(pipeline, phase.phase), { "aria-label": `Resume ${pipeline}.${phase.phase}` })
      : button("Pause", () => actions.pause(pipeline, phase.phase), { "aria-label": `Pause ${pipeline}.${phase.phase}` })) : null);
}

function fact(name, value) {
  return h("div", null, h("dt", null, name), h("dd", null, value));
}
