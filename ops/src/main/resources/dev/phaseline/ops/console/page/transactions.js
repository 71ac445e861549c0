import { h, button, clip, toast, visible } from "./dom.js";
import { count, ago, until } from "./format.js";
import { get, post, loading } from "./api.js";
import { ask, field, problemBox } from "./dialog.js";
import { tabs } from "./workers.js";

const PARTS_MAX = 50;

/** What hides records, whether it ends by itself, and the way out where it doesn't. */
export function transactions(page) {
  page.title("Transactions");
  const box = { all: [], unanswered: [], problem: null, busy: true };
  const load = loading(page, box, () => get("/api/v1/transactions"), (found) => {
    box.all = found.transactions;
    box.unanswered = found.unanswered;
  });
  load();
  page.every(5000, load); // each broker is asked for its own: not every second
  page.view(() => [
    h("h1", null, "Transactions"), tabs("transactions"),
    h("p", { class: "lead" }, "An open transaction hides its records and all behind them. Usually that takes a moment. One that hangs does not end by itself."),
    box.problem ? problemBox(box.problem) : null,
    box.unanswered.map((line) => h("p", { class: "note bad" }, "Not all is known: ", visible(line), ".")),
    box.all.length ? box.all.map((one) => panel(page, one, load))
      : h("p", { class: "empty" }, box.busy ? "Looking …" : box.problem || box.unanswered.length ? "Not known." : "No transaction hides anything."),
  ]);
}

const KINDS = { open: ["quiet", "open"], ending: ["info", "ending"], hanging: ["bad", "hangs"], unknown: ["warn", "not known"] };

function panel(page, one, load) {
  const [kind, word] = KINDS[one.state];
  const hangs = one.state === "hanging";
  const about = [one.startedAt ? `began ${ago(one.startedAt, page.now())}` : "", `last wrote ${ago(one.lastWriteAt, page.now())}`, one.coordinator ? `its coordinator says ${one.coordinator}` : "", one.endsAt ? `is ended ${until(one.endsAt, page.now())} at the latest` : ""];
  const act = (label, anyway) => button(`${label} …`, () => abort(one, anyway).then(load), { class: "button danger", "aria-label": `${label} the transaction of producer ${one.producerId}` });
  return h("section", { class: "panel" },
    h("header", null, h("h3", null, `Producer ${one.producerId}`), h("span", { class: `chip ${kind}` }, word),
      h("p", { class: "sub" }, [h("span", null, one.transactionalId ? clip(one.transactionalId, 120) : one.state === "unknown" ? "not known while a coordinator does not answer" : "unknown to its coordinator"), ` · ${about.filter(Boolean).join(" · ")}`]),
      h("div", { class: "acts" }, !hangs ? null : one.keepBecause ? page.may("admin") ? act("Abort anyway", true) : null : page.may("operator") ? act("Abort", false) : null)),
    hangs && one.keepBecause ? h("p", { class: "note bad" }, "Better not aborted: ", visible(one.keepBecause), ".") : null,
    h("div", { class: "scroll" }, h("table", { class: "rows" },
      h("thead", null, h("tr", null, ["Partition", "From offset", "Hidden"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", null, one.partitions.slice(0, PARTS_MAX).map((part) => h("tr", null,
        h("td", null, clip(`${part.topic}-${part.partition}`, 120)), h("td", { class: "num" }, count(part.from)), h("td", { class: "num" }, count(part.hidden))))))),
    one.partitions.length > PARTS_MAX ? h("p", { class: "note" }, `and ${count(one.partitions.length - PARTS_MAX)} partitions more`) : null);
}

async function abort(one, anyway) {
  const places = `${count(one.partitions.length)} ${one.partitions.length === 1 ? "partition" : "partitions"}`;
  const done = await ask({
    title: `Take back what producer ${one.producerId} wrote?`,
    content: h("div", null,
      anyway ? h("p", { class: "note bad" }, "This may lose results: ", visible(one.keepBecause), ".") : null,
      h("p", null, `What it wrote in ${places} is gone then, and what is behind it can be read. Items whose offsets hang with it are worked on again. It can't be undone.`),
      field("Why", h("input", { name: "reason", autocomplete: "off" }), "It stays in the audit.")),
    confirm: anyway ? "Abort anyway" : "Abort", kind: "danger",
    act: (form) => post("/api/v1/transactions/abort", { producerId: one.producerId, anyway, reason: form.elements.reason.value }),
  });
  if (done) toast(`Aborted in ${places}. When no item waits, phaseline audit checks that every item ended once.`);
}
