import { h } from "./dom.js";
import { hour } from "./format.js";

const W = 560;
const H = 150;
const PAD = { left: 46, right: 8, top: 8, bottom: 20 };

function nice(most) {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= most);
}

/** A chart of lines over the same times.
 * @param series [{name, points: [[atMs, value], ...]}]; a value below 0 is a gap
 * @param words words a value */
export function lines(title, series, words) {
  const all = series.flatMap((one) => one.points);
  const to = Math.max(Date.now(), ...all.map(([at]) => at));
  const from = Math.min(to - 120_000, ...all.map(([at]) => at));
  const top = nice(Math.max(0, ...all.map(([, value]) => value)));
  const x = (at) => PAD.left + ((at - from) / (to - from)) * (W - PAD.left - PAD.right);
  const y = (value) => H - PAD.bottom - (value / top) * (H - PAD.top - PAD.bottom);
  const grid = [0, 0.5, 1].map((part) => h("g", null,
    h("line", { class: "grid", x1: PAD.left, x2: W - PAD.right, y1: y(top * part), y2: y(top * part) }),
    h("text", { class: "tick", x: PAD.left - 6, y: y(top * part) + 3.5, "text-anchor": "end" }, words(top * part))));
  const ticks = [0.02, 0.5, 0.98].map((part) => {
    const at = from + (to - from) * part;
    const anchor = part < 0.1 ? "start" : part > 0.9 ? "end" : "middle";
    return h("text", { class: "tick", x: x(at), y: H - 5, "text-anchor": anchor }, hour(at));
  });
  const drawn = series.map((one, i) => h("path", { class: `line c${i % 6}`, d: path(one.points, x, y) }));
  const legend = h("ul", { class: "legend" }, series.map((one, i) => {
    const last = one.points.at(-1)?.[1];
    return h("li", { class: `c${i % 6}` }, h("i", { "aria-hidden": "true" }), one.name,
      h("b", null, last === undefined || last < 0 ? "–" : words(last)));
  }));
  const said = series.map((one) => `${one.name} ${one.points.length ? words(Math.max(0, one.points.at(-1)[1])) : "no data"}`).join(", ");
  return h("figure", { class: "chart" },
    h("figcaption", null, title),
    h("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": `${title}: ${said}` }, grid, ticks, drawn),
    legend);
}

function path(points, x, y) {
  let out = "";
  let pen = "M";
  for (const [at, value] of points) {
    if (value < 0) {
      pen = "M";
      continue;
    }
    out += `${pen}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = "L";
  }
  return out;
}

/** A line without axes, as wide as a word. */
export function spark(values) {
  const most = Math.max(1e-9, ...values);
  const step = 100 / Math.max(1, values.length - 1);
  const d = values.map((value, i) => `${i ? "L" : "M"}${(i * step).toFixed(1)} ${(22 - (value / most) * 20).toFixed(1)}`).join("");
  return h("svg", { class: "spark", viewBox: "0 0 100 24", preserveAspectRatio: "none", "aria-hidden": "true" },
    values.length > 1 ? h("path", { class: "area", d: `${d}L100 24L0 24Z` }) : null,
    values.length > 1 ? h("path", { class: "line", d }) : null);
}
