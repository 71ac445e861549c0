import { h, visible, clip, stack } from "./dom.js";
import { count, ago, time } from "./format.js";
import { get, loading } from "./api.js";
import { problemBox } from "./dialog.js";

const SHOWN_MAX = 5;

/** Queues: what waits, since when, who consumes, and what is dead. */
export function queues(page) {
  page.title("Queues");
  const box = { all: null, problem: null, busy: true };
  const load = loading(page, box, () => get("/api/v1/queues"), (found) => {
    box.all = found.queues;
  });
  load();
  page.every(3000, load);
  page.view(() => [
    h("h1", null, "Queues"),
    h("p", { class: "lead" }, "Items that are available or claimed. Brokers estimate the numbers; which consumer has which items they do not tell."),
    box.problem ? problemBox(box.problem) : null,
    box.all?.length ? stack(["Queue", "Items", "Oldest", "Consumers", "Dead letters"], box.all.map((one) => row(page, one)), "queues")
      : box.problem ? null : h("p", { class: "empty" }, box.busy ? "Looking …" : "There is no queue. Make one with phaseline queue create."),
  ]);
}

function row(page, one) {
  const dead = `#/dead/${encodeURIComponent(`queue.${one.name}`)}`;
  return h("tr", null,
    h("td", { class: "id" }, clip(one.name, 60), h("small", null, `${count(one.partitions)} ${one.partitions === 1 ? "partition" : "partitions"}`)),
    h("td", { class: "num" }, count(one.items)),
    h("td", null, one.oldest ? h("time", { datetime: one.oldest, title: time(one.oldest) }, ago(one.oldest, page.now())) : "–"),
    h("td", null, consumers(one)),
    h("td", null, one.dead ? h("a", { href: dead, "aria-label": `${count(one.dead)} dead letters of ${one.name}` }, count(one.dead)) : "0"));
}

/** What a consumer gets items from, where that is not simply all of the queue. */
function part(one, each) {
  if (!each.partitions) return ", joining";
  return one.partitions > 1 ? `, ${count(each.partitions)} of ${count(one.partitions)} partitions` : "";
}

function consumers(one) {
  if (!one.consumers.length) return one.items ? h("span", { class: "chip warn" }, "none") : "none";
  const more = one.consumers.length - SHOWN_MAX;
  return [count(one.consumers.length),
    one.consumers.slice(0, SHOWN_MAX).map((each) => h("small", null, clip(each.client, 60), " at ", visible(each.host.replace(/^\//, "")), part(one, each))),
    more > 0 ? h("small", null, `and ${count(more)} more`) : null];
}
