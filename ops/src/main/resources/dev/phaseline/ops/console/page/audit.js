import { h, clip } from "./dom.js";
import { ago, time } from "./format.js";
import { get, turns, url } from "./api.js";
import { problemBox } from "./dialog.js";

/** Who did what: commands to workers, and what was done through the console. */
export function audit(page) {
  page.title("Audit");
  const box = { lines: [], problems: [], busy: true };
  const turn = turns();
  const load = async () => {
    const counts = turn();
    const problems = [];
    const ask = (path) => get(path).catch((failed) => {
      if (!failed.problem) throw failed;
      problems.push(failed.problem);
      return {};
    });
    const [commands, notes] = await Promise.all([ask(url(["audit"], { limit: 200 })), ask(url(["notes"], { limit: 200 }))]);
    if (!counts()) return;
    box.lines = [
      ...(commands.commands ?? []).map((one) => ({ ...one, target: one.scope,
        detail: [one.verb === "concurrency" ? `${one.permitsBefore || "own"} → ${one.permits || "own"}` : "", one.changed ? "" : "it was so already", one.reason].filter(Boolean).join(" · ") })),
      ...(notes.notes ?? []),
    ].sort((a, b) => (a.at < b.at ? 1 : -1));
    box.problems = problems;
    box.busy = false;
    page.draw();
  };
  load();
  page.every(3000, load);
  page.view(() => [
    h("h1", null, "Audit"),
    h("p", { class: "lead" }, "Commands to workers, revealed payloads and decisions about dead letters, with their authors. Kept in Kafka itself."),
    box.problems.map(problemBox),
    box.lines.length === 0 ? h("p", { class: "empty" }, box.busy ? "Looking …" : "No entries yet.")
      : h("div", { class: "scroll" }, h("table", { class: "rows" },
        h("thead", null, h("tr", null, ["When", "Who", "Did", "To what", "More"].map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", null, box.lines.map((one) => h("tr", null,
          h("td", null, h("time", { datetime: one.at, title: time(one.at) }, ago(one.at, page.now()))),
          h("td", null, clip(one.by, 60), h("small", null, clip(one.from, 40))),
          h("td", null, h("span", { class: "chip quiet" }, one.verb)),
          h("td", null, clip(one.target, 80)),
          h("td", null, clip(one.detail, 200))))))),
  ]);
}
