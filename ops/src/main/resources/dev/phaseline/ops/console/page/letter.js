import { h, button, visible, clip, toast } from "./dom.js";
import { count, ago, time } from "./format.js";
import { get, post, loading, url } from "./api.js";
import { ask, field, problemBox } from "./dialog.js";
import { letterChip, redrive, discard, undo } from "./dead.js";

const SHOWN = 20_000;

/** One dead letter: why, how it came to it, what it carries, and what to do with it. */
export function letter(page, pipeline, id) {
  page.title(`Letter ${id}`);
  const box = { letter: null, problem: null, revealed: null, whole: false };
  const load = loading(page, box, () => get(url(["dead", pipeline, "letters", id])), (found) => {
    box.letter = found;
  });
  const reveal = async () => {
    try {
      box.revealed = await post(url(["dead", pipeline, "letters", id, "reveal"]));
    } catch (failed) {
      if (!failed.problem) throw failed;
      box.problem = failed.problem;
    }
    page.draw();
  };
  load();
  page.every(4000, load);
  page.view(() => {
    const one = box.letter;
    const crumbs = h("p", { class: "crumbs" }, h("a", { href: "#/dead" }, "Dead letters"), " / ", h("a", { href: `#/dead/${encodeURIComponent(pipeline)}` }, pipeline));
    if (!one) return [crumbs, h("h1", null, `Letter ${id}`), box.problem ? problemBox(box.problem) : h("p", { class: "empty" }, "Looking …")];
    const what = { query: id };
    const again = async () => {
      if (box.revealed) await reveal();
      await load();
    };
    return [
      crumbs,
      h("div", { class: "headline" }, h("h1", null, "Letter ", h("span", { class: "id" }, id)), letterChip(one)),
      box.problem ? problemBox(box.problem) : null,
      h("blockquote", { class: "reason" }, clip(one.reason, 8000)),
      page.may("operator") ? h("div", { class: "bar-acts" },
        button("Redrive …", () => redrive(page, pipeline, what, "this letter").then(again), { class: "button primary" }),
        button("Edit payload …", async () => {
          if (!box.revealed) await reveal();
          if (box.revealed) await edit(pipeline, id, box.revealed).then(again);
        }),
        button("Discard …", () => discard(pipeline, what, "this letter").then(again)),
        button("Undo …", () => undo(pipeline, what, "this letter").then(again))) : null,
      h("dl", { class: "strip small" }, [
        ["Died", h("time", { title: time(one.at) }, ago(one.at, page.now()))],
        ["Phase", clip(one.phase, 40)], ["Kind", clip(one.kind, 40)], ["Attempt", count(one.attempt)],
        ["Job", h("a", { href: `#/job/${encodeURIComponent(one.job)}` }, clip(one.job, 40))],
        one.item !== one.job ? ["Item", clip(one.item, 60)] : null,
        one.key ? ["Key", clip(one.key, 40)] : null,
        one.from ? ["Record", clip(one.from, 60)] : null,
        ["State", clip(one.stateWords, 160)],
      ].filter(Boolean).map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value)))),
      Object.keys(one.tags).length ? h("p", { class: "tags" }, Object.entries(one.tags).map(([name, value]) => h("span", { class: "tag" }, clip(value ? `${name}:${value}` : name, 60)))) : null,
      one.lives.length ? h("p", { class: "note" }, "Its other lives: ", one.lives.map((life) => [h("a", { href: `#/dead/${encodeURIComponent(pipeline)}/${life.id}` }, `letter ${life.id}`), ` (life ${life.generation + 1}, ${life.state}) `])) : null,
      history(one),
      payloadPanel(page, box, one, reveal),
    ];
  });
}

function history(one) {
  if (one.history.length === 0) return null;
  return h("section", { class: "panel" }, h("h2", null, "Attempts"), h("ol", { class: "history" }, one.history.map((attempt) => h("li", null,
    h("p", null, h("b", null, `#${attempt.attempt}`), " ", h("span", { class: "error" }, visible(attempt.error || attempt.kind)), " ", clip(attempt.message, 4000)),
    attempt.stack.length ? h("details", null, h("summary", null, "Where"), h("pre", null, attempt.stack.map((frame) => `at ${visible(frame)}`).join("\n"))) : null))));
}

function payloadPanel(page, box, one, reveal) {
  const bytes = `${count(one.payloadBytes)} ${one.payloadBytes === 1 ? "byte" : "bytes"}`;
  if (!box.revealed) {
    return h("section", { class: "panel hidden-payload" }, h("h2", null, "Payload"),
      h("p", null, `${bytes}, hidden. Revealing it is recorded in the audit.`),
      page.may("operator") ? button("Reveal payload", reveal) : h("p", { class: "note" }, "Revealing it takes the role operator."));
  }
  const { payload, editedPayload, headers } = box.revealed;
  return h("section", { class: "panel" }, h("header", null, h("h2", null, "Payload"), h("p", { class: "sub" }, `${payload.form}, ${bytes}${payload.note ? `, ${payload.note}` : ""}`), button("Hide", () => {
    box.revealed = null;
    page.draw();
  })),
  text(page, box, payload.readable ?? payload.text),
  editedPayload ? [h("h3", null, "As it was edited"), text(page, box, editedPayload.readable ?? editedPayload.text)] : null,
  h("details", null, h("summary", null, `${count(headers.length)} headers`), h("dl", { class: "headers" }, headers.map((one) => h("div", null, h("dt", null, clip(one.name, 80)), h("dd", null, clip(one.value, 2000)))))));
}

function text(page, box, all) {
  const cut = !box.whole && all.length > SHOWN;
  return h("div", null, h("pre", { class: "payload", tabindex: "0" }, visible(cut ? all.slice(0, SHOWN) : all)),
    cut ? button(`Show all ${count(all.length)} characters`, () => {
      box.whole = true;
      page.draw();
    }) : null);
}

/** What a text box makes of a text: every line end is LF. */
const boxed = (text) => text.replace(/\r\n?/g, "\n");

async function edit(pipeline, id, revealed) {
  const now = revealed.editedPayload ?? revealed.payload;
  if (now.form === "binary") {
    toast("The payload is neither Avro nor text: change it with phaseline dead edit --raw.");
    return;
  }
  const checked = now.form === "json" || now.form === "avro";
  const box = h("textarea", { name: "value", rows: "16", spellcheck: "false", value: now.text });
  const untouched = () => box.value === boxed(now.text);
  const done = await ask({
    title: `Edit the payload of letter ${id}`, wide: true,
    content: h("div", null, h("p", null, "The letter stays as it is; a redrive sends the new payload. Undo takes it back."),
      field("Payload", box),
      now.readable && now.readable !== now.text ? button("Indent", () => {
        if (untouched()) box.value = now.readable;
      }, { title: "Changes the white space of the payload. Only before anything else is changed." }) : null,
      checked ? null : h("p", { class: "note" }, "It is neither Avro nor JSON: what you type is sent as UTF-8 text, unchecked.")),
    confirm: "Keep the new payload",
    act: async () => (untouched() ? { changed: false } : post(url(["dead", pipeline, "letters", id, "edit"]), { value: box.value, raw: !checked, keepLineEnds: true })),
  });
  if (done) toast(done.changed ? `Letter ${id} has a new payload of ${count(done.bytes)} bytes.` : `Letter ${id} has this payload already: nothing was changed.`);
}
