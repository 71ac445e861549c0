import { h, button, visible, clip, toast } from "./dom.js";
import { count, ago, span, time, until } from "./format.js";
import { get, post, turns, url } from "./api.js";
import { ask, field, problemBox } from "./dialog.js";
import { submitJob } from "./submit.js";

const STATES = ["running", "waiting", "retrying", "scheduled", "suspended", "dead", "compensated", "cancelled", "done"];

/** Jobs by a query. */
export function jobs(page, query) {
  page.title("Jobs");
  const box = { rows: [], next: null, problem: null, busy: true, paging: false, paged: false };
  const turn = turns();
  const load = async (cursor) => {
    const counts = turn();
    const before = cursor ? box.rows : [];
    if (cursor) box.paging = true;
    try {
      const found = await get(url(["jobs"], { q: query.q, cursor, limit: 50 }));
      if (!counts()) return;
      box.rows = [...before, ...found.jobs];
      box.next = found.next ?? null;
      box.problem = null;
      box.paged = Boolean(cursor);
    } catch (failed) {
      if (!failed.problem) throw failed;
      if (!counts()) return;
      box.problem = failed.problem;
    } finally {
      if (cursor) box.paging = false;
    }
    box.busy = false;
    page.draw();
  };
  load();
  // Whoever pages on reads; a list that jumps would take the line from under their eyes.
  page.every(3000, () => (box.paged || box.paging ? null : load()));
  page.view(() => [
    h("div", { class: "headline" }, h("h1", null, "Jobs"), page.may("operator") ? button("Submit a job …", () => submitJob(page)) : null),
    search(query.q ?? "", "pipeline=cities state=dead error~timeout since=2h", (q) => page.go("/jobs", { q })),
    h("div", { class: "chips", role: "group", "aria-label": "State" },
      chip(page, query, "any", ""), STATES.map((state) => chip(page, query, state, state))),
    box.problem ? problemBox(box.problem) : null,
    box.rows.length > 0 ? table(box.rows, page.now()) : box.busy ? h("p", { class: "empty" }, "Looking …")
      : box.problem ? null : h("p", { class: "empty" }, query.q ? "No job fits. Loosen the query, or look at another state." : "No job was ever submitted, or none is kept any more."),
    box.next ? h("p", { class: "center" }, button("Older jobs", () => load(box.next))) : null,
  ]);
}

function chip(page, query, label, state) {
  const rest = (query.q ?? "").replace(/(^|\s)state=\S+/g, " ").trim();
  const now = /(?:^|\s)state=(\S+)/.exec(query.q ?? "")?.[1] ?? "";
  return button(label, () => page.go("/jobs", { q: [rest, state ? `state=${state}` : ""].join(" ").trim() }), { class: "chip-button", "aria-pressed": String(now === state) });
}

/** A line to type a query, with what to type. */
export function search(q, example, go) {
  const input = h("input", { type: "search", name: "q", value: q, placeholder: example, "aria-label": "Query", autocomplete: "off", spellcheck: "false", id: "query" });
  return h("form", { class: "search", id: "search", onsubmit: (event) => {
    event.preventDefault();
    go(event.target.elements.q.value.trim());
  } }, input, h("button", { type: "submit", class: "button" }, "Search"));
}

function table(rows, now) {
  return h("div", { class: "scroll" }, h("table", { class: "rows" },
    h("thead", null, h("tr", null, ["State", "Job", "Phase", "Items", "Submitted", "Took", "Tags"].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", null, rows.map((job) => h("tr", null,
      h("td", null, stateChip(job.state)),
      h("td", { class: "id" }, h("a", { href: `#/job/${encodeURIComponent(job.id)}` }, clip(job.id, 60)), h("small", null, job.pipeline)),
      h("td", null, job.phase || "–"),
      h("td", { class: "num" }, progress(job)),
      h("td", null, h("time", { datetime: job.submitted, title: time(job.submitted) }, ago(job.submitted, now))),
      h("td", { class: "num" }, job.ended ? span(Date.parse(job.ended) - Date.parse(job.submitted)) : "–"),
      h("td", { class: "tags" }, Object.entries(job.tags).map(([name, value]) => h("span", { class: "tag" }, clip(value ? `${name}:${value}` : name, 40)))))))));
}

function progress(job) {
  return h("span", { class: "items" }, `${count(job.itemsEnded)} / ${count(job.items)}`,
    job.itemsDead > 0 ? h("em", null, ` ${count(job.itemsDead)} dead`) : null,
    h("i", { class: "bar", vars: { "--part": String(job.items ? job.itemsEnded / job.items : 0) } }));
}

const KIND = { running: "ok", waiting: "quiet", retrying: "warn", scheduled: "quiet", suspended: "warn", split: "quiet", done: "good", dead: "bad", discarded: "quiet", cancelled: "info", compensated: "warn" };

export function stateChip(state) {
  return h("span", { class: `chip ${KIND[state] ?? "quiet"}` }, state);
}

/** One job: what became of it, and of each of its items. */
export function job(page, id) {
  page.title(`Job ${id}`);
  const box = { job: null, items: [], next: null, problem: null, paging: false, paged: false };
  const turn = turns();
  const load = async (cursor) => {
    const counts = turn();
    const before = cursor ? box.items : [];
    if (cursor) box.paging = true;
    try {
      const [one, found] = await Promise.allSettled([get(url(["jobs", id])), get(url(["jobs", id, "items"], { cursor, limit: 200 }))]);
      if (!counts()) return;
      if (one.status === "fulfilled") box.job = one.value;
      if (found.status === "fulfilled") {
        box.items = [...before, ...found.value.items];
        box.next = found.value.next ?? null;
        box.paged = Boolean(cursor);
      }
      const failed = [one, found].find((answer) => answer.status === "rejected");
      if (failed) throw failed.reason;
      box.problem = null;
    } catch (failed) {
      if (!failed.problem) throw failed;
      if (!counts()) return;
      box.problem = failed.problem;
    } finally {
      if (cursor) box.paging = false;
    }
    page.draw();
  };
  load();
  page.every(2000, () => (box.paged || box.paging || box.job?.ended ? null : load()));
  page.view(() => {
    const one = box.job;
    if (!one) return [h("h1", null, "Job"), box.problem ? problemBox(box.problem) : h("p", { class: "empty" }, "Looking …")];
    const end = one.ended ? Date.parse(one.ended) : page.now();
    return [
      h("p", { class: "crumbs" }, h("a", { href: "#/jobs" }, "Jobs"), " / ", one.pipeline),
      h("div", { class: "headline" }, h("h1", { class: "id" }, clip(one.id, 120)), stateChip(one.state),
        !one.ended && page.may("operator") ? button("Cancel job …", () => cancel(page, one, load), { class: "button danger" }) : null),
      box.problem ? problemBox(box.problem) : null,
      h("dl", { class: "strip small" }, [
        ["Submitted", h("time", { title: time(one.submitted) }, ago(one.submitted, page.now()))],
        [one.ended ? "Took" : "So far", span(end - Date.parse(one.submitted))],
        one.ended ? null : ["Ends", one.eta ? until(one.eta, page.now()) : "–"],
        ["Items", `${count(one.itemsEnded)} of ${count(one.items)} ended`],
        one.itemsDead ? ["Dead", h("a", { href: `#/dead/${one.pipeline}?q=${encodeURIComponent(`job=${quote(one.id)}`)}` }, count(one.itemsDead)), "warn"] : null,
        one.until ? ["Goes on", until(one.until, page.now())] : null,
        one.redrives ? ["Redriven", count(one.redrives)] : null,
        one.key ? ["Key", clip(one.key, 40)] : null,
        one.deadline ? ["Deadline", h("time", { title: time(one.deadline) }, until(one.deadline, page.now()))] : null,
      ].filter(Boolean).map(([name, value, kind]) => h("div", { class: kind ?? "" }, h("dt", null, name), h("dd", null, value)))),
      Object.keys(one.tags).length ? h("p", { class: "tags" }, Object.entries(one.tags).map(([name, value]) => h("span", { class: "tag" }, clip(value ? `${name}:${value}` : name, 60)))) : null,
      counts(one),
      timeline(one, box.items, page.now()),
      box.next ? h("p", { class: "center" }, button("More items", () => load(box.next))) : null,
    ];
  });
}

/** A value as a query takes it. */
export function quote(text) {
  return /[\s"\\]/.test(text) ? `"${text.replace(/["\\]/g, "\\$&")}"` : text;
}

function counts(one) {
  if (one.items < 2) return null;
  const phases = [...new Set(one.counts.map((each) => each.phase))];
  return h("ul", { class: "counts", "aria-label": "Items by phase" }, phases.map((phase) => h("li", null, h("b", null, phase || "scheduled"),
    one.counts.filter((each) => each.phase === phase).map((each) => h("span", null, stateChip(each.state), count(each.items))))));
}

function timeline(one, items, now) {
  const from = Math.min(Date.parse(one.submitted), ...items.flatMap((item) => item.visits.map((visit) => Date.parse(visit.entered))));
  const to = Math.max(from + 1, one.ended ? Date.parse(one.ended) : now, ...items.flatMap((item) => item.visits.map((visit) => Date.parse(visit.left ?? visit.entered))));
  const phases = [...new Set(items.flatMap((item) => item.visits.map((visit) => visit.phase)))];
  return h("section", { class: "panel timeline" },
    h("header", null, h("h2", null, "Timeline"),
      h("ul", { class: "legend" }, phases.map((phase, i) => h("li", { class: phase === "timers" ? "timers" : `c${i % 6}` }, h("i", { "aria-hidden": "true" }), phase))),
      h("p", { class: "sub" }, `${time(one.submitted)}, over ${span(to - from)}`)),
    h("ol", null, items.map((item) => h("li", { class: item.state },
      h("div", { class: "line" },
        h("span", { class: "path" }, item.path, item.generation ? h("small", null, ` life ${item.generation + 1}`) : null),
        h("div", { class: "track" }, item.visits.map((visit) => {
          const start = Date.parse(visit.entered);
          const end = visit.left ? Date.parse(visit.left) : item.state === "dead" || item.state === "done" ? start : now;
          return h("i", {
            class: visit.phase === "timers" ? "timers" : `c${phases.indexOf(visit.phase) % 6}`,
            title: `${visit.phase}: ${time(visit.entered)}, ${visit.left ? span(end - start) : "still there"}`,
            vars: { "--at": String((start - from) / (to - from)), "--wide": String(Math.max(0, end - start) / (to - from)) },
          });
        })),
        h("span", { class: "where" }, item.phase || "–"), stateChip(item.state)),
      item.until ? h("p", { class: "note" }, `Goes on ${until(item.until, now)}, attempt ${item.attempt}.`) : null,
      item.children ? h("p", { class: "note" }, `Became ${count(item.children)} items.`) : null,
      item.reason ? h("p", { class: "reason" }, clip(item.reason, 2000)) : null,
      attempts(item)))));
}

function attempts(item) {
  if (item.attempts.length === 0) return null;
  return h("details", { class: "attempts", open: item.state === "dead" },
    h("summary", null, `${count(item.attempts.length + item.omitted)} failed ${item.attempts.length + item.omitted === 1 ? "attempt" : "attempts"}`),
    item.omitted ? h("p", { class: "note" }, `The first ${count(item.omitted)} are no longer kept.`) : null,
    h("ol", null, item.attempts.map((one) => h("li", null,
      h("b", null, `#${one.number}`), " ", h("span", { class: "error" }, visible(one.error || one.kind)), " ", clip(one.message, 2000),
      one.ended || one.worker ? h("small", null, [one.worker ? `on ${one.worker}` : "", one.ended ? time(one.ended) : "",
        one.started && one.ended ? `after ${span(Date.parse(one.ended) - Date.parse(one.started))}` : ""].filter(Boolean).join(", ")) : null))));
}

async function cancel(page, one, load) {
  const done = await ask({
    title: "Cancel this job?",
    content: h("div", null, h("p", null, "No item of it starts any more, running handlers are interrupted, and each of its items ends as cancelled. This can't be taken back."),
      field("Why", h("input", { name: "reason", autocomplete: "off" }), "It stays in the audit.")),
    confirm: "Cancel the job", kind: "danger",
    act: (form) => post("/api/v1/control/cancel", { pipeline: one.pipeline, job: one.id, reason: form.elements.reason.value }),
  });
  if (!done) return;
  toast(done.changed ? "The job is cancelled." : "It was cancelled already.");
  load();
}
