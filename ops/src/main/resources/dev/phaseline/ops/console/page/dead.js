import { h, button, visible, clip, toast, patchChildren } from "./dom.js";
import { count, ago, time } from "./format.js";
import { get, post, loading, url } from "./api.js";
import { ask, field, problemBox } from "./dialog.js";
import { search } from "./jobs.js";

/** Dead letters of a pipeline: what died alike, then one by one. */
export function dead(page, pipeline, query) {
  page.title("Dead letters");
  const names = page.pipelines().map((one) => one.name);
  const name = pipeline || names[0];
  const box = { letters: [], total: 0, problem: null, busy: true, picked: new Set() };
  const alike = { groups: [], problem: null };
  const lookAlike = loading(page, alike, () => get(url(["dead", name, "groups"], { q: query.q })), (found) => {
    alike.groups = found.groups;
  });
  const look = loading(page, box, () => get(url(["dead", name, "letters"], { q: query.q, limit: 200 })), (found) => {
    box.letters = found.letters;
    box.total = found.total;
    box.unknown = found.unknownPhases ?? [];
    const there = new Set(found.letters.map((letter) => letter.id));
    for (const id of box.picked) if (!there.has(id)) box.picked.delete(id);
  });
  const load = async () => {
    if (name) await Promise.all([look(), lookAlike()]);
  };
  load();
  page.every(4000, load);
  const go = (q) => page.go(`/dead/${encodeURIComponent(name)}`, { q });
  page.view(() => [
    h("h1", null, "Dead letters"),
    names.length > 1 ? h("nav", { class: "tabs", "aria-label": "Pipelines" }, names.map((one) => h("a", { href: `#/dead/${encodeURIComponent(one)}`, "aria-current": one === name ? "page" : null }, one))) : null,
    search(query.q ?? "", "phase=store kind=failed error~timeout since=2h state=discarded", go),
    box.problem ? problemBox(box.problem) : null,
    box.unknown?.length ? h("p", { class: "note" }, `This pipeline has no phase ${box.unknown.map(visible).join(", ")}.`) : null,
    alike.problem && alike.problem.detail !== box.problem?.detail ? problemBox(alike.problem) : null,
    alike.groups.length ? groups(alike.groups, query.q ?? "", go, page.now()) : null,
    box.letters.length ? [bar(page, name, query.q ?? "", box, load), table(name, box, page)] : null,
    !box.letters.length && !box.problem ? h("p", { class: box.busy ? "empty" : "calm" }, box.busy ? "Looking …" : query.q ? "No letter fits. A query without state= means those that wait for a decision." : "No dead letter waits.") : null,
  ]);
}

function groups(all, q, go, now) {
  return h("section", { class: "panel groups" },
    h("h2", null, "What died alike"),
    h("ul", null, all.slice(0, 8).map((group) => h("li", null,
      button([h("b", null, count(group.count)), h("span", { class: "where" }, `${visible(group.phase) || "no phase"} · ${visible(group.kind)}`), h("span", { class: "why" }, clip(group.reason, 160) || "no reason"), h("small", null, ago(group.last, now))],
        () => go([q, group.query].filter(Boolean).join(" ")),
        { class: "group", title: group.query ? "Show these" : "Too many groups to distinguish; narrow the query", disabled: !group.query })))),
    all.length > 8 ? h("p", { class: "note" }, `and ${count(all.length - 8)} more kinds; narrow the query`) : null);
}

function bar(page, name, q, box, load) {
  const ids = [...box.picked];
  const what = ids.length ? { query: ids.join(" ") } : q ? { query: q } : { all: true };
  const n = ids.length || box.total;
  const words = `${count(n)} ${n === 1 ? "letter" : "letters"}`;
  const meant = ids.length ? box.letters.filter((letter) => box.picked.has(letter.id)) : box.letters;
  const unseen = n > meant.length;
  const sendable = unseen || meant.some((letter) => letter.state === "open" || letter.state === "queued");
  const undoable = unseen || meant.some((letter) => letter.state === "queued" || letter.state === "discarded" || (letter.state === "open" && letter.edited));
  // Without a state the list has those that wait; a redriven one can't be taken back.
  const undone = ids.length || /(^|\s)(state[!=]|\d+-\d+(\s|$))/.test(q) ? what : { query: [q, "state!=redriven state!=discarded"].filter(Boolean).join(" ") };
  return h("div", { class: "bar-acts" },
    h("p", null, ids.length ? h("b", null, `${words} picked`) : `${words}${box.total > box.letters.length ? `, the newest ${count(box.letters.length)} shown` : ""}`),
    page.may("operator") ? [
      button("Redrive …", () => redrive(page, name, what, words).then(load), { class: "button primary", disabled: !sendable }),
      button("Discard …", () => discard(name, what, words).then(load), { disabled: !sendable }),
      button("Undo …", () => undo(name, undone, words).then(load), { disabled: !undoable }),
    ] : h("p", { class: "note" }, "Deciding about letters takes the role operator."));
}

function table(name, box, page) {
  const all = box.letters.every((letter) => box.picked.has(letter.id));
  const pick = (id, on) => {
    if (on) box.picked.add(id);
    else box.picked.delete(id);
    page.draw();
  };
  return h("div", { class: "scroll" }, h("table", { class: "rows letters" },
    h("thead", null, h("tr", null,
      h("th", { scope: "col" }, h("input", { type: "checkbox", "aria-label": "Pick all that are shown", checked: all, onchange: (event) => {
        box.letters.forEach((letter) => (event.target.checked ? box.picked.add(letter.id) : box.picked.delete(letter.id)));
        page.draw();
      } })),
      ["Letter", "Phase", "Why", "Key", "State", "Died"].map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", null, box.letters.map((letter) => h("tr", null,
      h("td", null, h("input", { type: "checkbox", "aria-label": `Pick letter ${letter.id}`, checked: box.picked.has(letter.id), onchange: (event) => pick(letter.id, event.target.checked) })),
      h("td", { class: "id" }, h("a", { href: `#/dead/${encodeURIComponent(name)}/${letter.id}` }, letter.id)),
      h("td", null, clip(letter.phase, 40), h("small", null, letter.kind)),
      h("td", { class: "why" }, clip(letter.reason.split("\n")[0], 140)),
      h("td", { class: "id" }, clip(letter.key, 32)),
      h("td", null, letterChip(letter)),
      h("td", null, h("time", { title: time(letter.at) }, ago(letter.at, page.now()))))))));
}

export function letterChip(letter) {
  const kind = { open: "bad", queued: "warn", redriven: "good", discarded: "quiet" }[letter.state] ?? "quiet";
  return h("span", { class: `chip ${kind}` }, letter.state, letter.edited ? ", edited" : "");
}

function refusals(report) {
  if (!report.refused) return null;
  return h("details", { class: "refused", open: true }, h("summary", null, `${count(report.refused)} can't`),
    h("ul", null, report.refusedFirst.map((one) => h("li", null, h("b", { class: "id" }, one.id), " ", visible(one.why)))));
}

/** Sends letters back: shows what would happen, then does it, and how far it is. */
export async function redrive(page, pipeline, what, words) {
  const phases = page.pipelines().find((one) => one.name === pipeline)?.phases.map((one) => one.phase) ?? [];
  const preview = h("div", { class: "preview", "aria-live": "polite" }, "Looking what would happen …");
  const to = h("select", { name: "to" }, h("option", { value: "" }, "where each of them died"), phases.map((phase) => h("option", { value: phase }, phase)));
  const look = async () => {
    try {
      const would = await post(url(["dead", pipeline, "preview"]), { ...what, to: to.value });
      patchChildren(preview, [
        h("p", null, h("b", null, `${count(would.wouldRedrive)} of ${count(would.matched)}`), ` ${would.matched === 1 ? "letter" : "letters"} would be sent:`),
        would.expired ? h("p", null, h("b", null, count(would.expired)), " of them past the job's deadline: they would come back as dead letters.") : null,
        h("ul", null, Object.entries(would.groups).map(([group, n]) => h("li", null, h("b", null, count(n)), " ", visible(group)))),
        refusals(would)]);
    } catch (failed) {
      if (!failed.problem) throw failed;
      patchChildren(preview, [problemBox(failed.problem)]);
    }
  };
  to.onchange = look;
  look();
  const operation = await ask({
    title: `Redrive ${words}?`, wide: true,
    content: h("div", null, h("div", { class: "fields" },
      field("To", to),
      field("At most a second", h("input", { name: "perSecond", type: "number", min: "0", step: "any", placeholder: "no limit" })),
      field("First only so many", h("input", { name: "canary", type: "number", min: "0", step: "1", placeholder: "all at once" }), "The rest follows when these do well.")), preview),
    confirm: "Redrive", act: (form) => post(url(["dead", pipeline, "redrive"]), {
      ...what, to: to.value, perSecond: Number(form.elements.perSecond.value || 0), canary: Number(form.elements.canary.value || 0) }),
  });
  if (operation) await follow(operation);
}

async function follow(begun) {
  let now = begun;
  const place = h("div", { class: "operation" });
  const draw = () => patchChildren(place, [
    h("p", null, now.state === "running" ? `${now.step}: ${count(now.done)} of ${count(now.of)}` : now.state === "ended" ? `${count(now.report.redriven)} ${now.report.redriven === 1 ? "letter was" : "letters were"} sent.` : "It failed."),
    now.state === "running" ? h("progress", { max: "1", value: now.of ? now.done / now.of : 0 }) : null,
    now.report && now.report.end !== "complete" ? h("p", { class: "note" }, `It ended early: ${now.report.end.replaceAll("_", " ")}. ${count(now.report.takenBack + now.report.left)} were not sent.`) : null,
    now.report ? refusals(now.report) : null,
    now.problem ? problemBox(now.problem) : null,
    now.state === "running" ? button("Stop", () => post(url(["operations", now.id, "stop"]))) : null]);
  draw();
  const shown = ask({ title: "Redrive", content: place, confirm: "", act: () => null });
  let open = true;
  shown.then(() => (open = false));
  while (now.state === "running") {
    await new Promise((resolve) => setTimeout(resolve, 400));
    try {
      now = await get(url(["operations", begun.id]));
    } catch (failed) {
      if (!failed.problem) throw failed;
      now = { ...now, state: "failed", problem: failed.problem };
    }
    draw();
  }
  if (!open) toast(now.report ? `${count(now.report.redriven)} letters were sent.` : "The redrive failed.", now.report ? "ok" : "bad");
  await shown;
}

export async function discard(pipeline, what, words) {
  const report = await ask({
    title: `Discard ${words}?`, content: h("div", null, h("p", null, "They are no longer listed or redriven, and stay in the log. Undo opens them again."), field("Why", h("input", { name: "reason", required: true, autocomplete: "off" }))),
    confirm: "Discard", kind: "danger",
    act: (form) => post(url(["dead", pipeline, "discard"]), { ...what, reason: form.elements.reason.value }),
  });
  if (report) toast(`${count(report.discarded)} discarded${report.refused ? `, ${count(report.refused)} refused: ${report.refusedFirst[0].why}` : ""}.`, report.refused ? "bad" : "ok");
}

export async function undo(pipeline, what, words) {
  const report = await ask({
    title: `Undo what was decided about ${words}?`, content: h("p", null, "Those of them that are queued, discarded or edited are open again and as they were. What was sent can't be taken back."),
    confirm: "Undo", act: () => post(url(["dead", pipeline, "undo"]), what),
  });
  if (report) toast(`${count(report.reopened)} open again, ${count(report.editsUndone)} edits taken back${report.refused ? `; ${count(report.refused)} refused: ${report.refusedFirst[0].why}` : ""}.`, report.refused ? "bad" : "ok");
}

