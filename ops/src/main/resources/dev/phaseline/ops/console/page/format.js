// Numbers and times for people.

const whole = new Intl.NumberFormat("en");

export function count(n) {
  return n === undefined ? "–" : whole.format(n);
}

/** 1,234 · 12.3k · 4.5M */
export function short(n) {
  if (n === undefined) return "–";
  if (n < 10_000) return whole.format(n);
  if (n < 1_000_000) return `${(n / 1000).toFixed(n < 100_000 ? 1 : 0)}k`;
  return `${(n / 1_000_000).toFixed(1)}M`;
}

export function rate(n) {
  if (n === undefined) return "–";
  return `${n < 10 ? (Math.round(n * 10) / 10).toFixed(n === 0 ? 0 : 1) : whole.format(Math.round(n))}/s`;
}

/** 120 µs · 1.4 ms · 340 ms · 2.4 s · 3 min 10 s · 2 h 5 min · 3 d 4 h */
export function span(ms) {
  if (ms === undefined || ms === null) return "–";
  if (ms < 1000) return small(ms);
  const s = ms / 1000;
  if (s < 60) return `${s < 10 ? s.toFixed(1) : Math.round(s)} s`;
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const i = parts.findIndex(([size]) => s >= size);
  const first = Math.floor(s / parts[i][0]);
  const rest = i < 3 ? Math.floor((s - first * parts[i][0]) / parts[i + 1][0]) : 0;
  return `${first} ${parts[i][1]}${rest > 0 ? ` ${rest} ${parts[i + 1][1]}` : ""}`;
}

function small(ms) {
  if (Number.isInteger(ms) || ms >= 10) return `${Math.round(ms)} ms`;
  return ms < 1 ? `${Math.max(1, Math.round(ms * 1000))} µs` : `${ms.toFixed(1)} ms`;
}

/** When a phase will be empty, or why it won't be. */
export function drains(phase, name = "it") {
  if (!phase.waiting) return "now";
  if (phase.run !== "running") return `never, while ${name} is ${phase.run}`;
  if (phase.workers === 0) return `never, while no worker runs ${name}`;
  if (phase.toDrainMs === undefined) return phase.outPerSecond > 0 ? "never, at this rate" : "stalled";
  return phase.toDrainMs > DAY_MS ? "> 1 d" : span(phase.toDrainMs);
}

const DAY_MS = 86_400_000;

export function ago(text, now = Date.now()) {
  if (!text) return "–";
  const ms = now - Date.parse(text);
  return ms < 1500 ? "just now" : `${span(ms).split(" ").slice(0, 2).join(" ")} ago`;
}

export function until(text, now = Date.now()) {
  const ms = Date.parse(text) - now;
  return ms <= 0 ? "now" : `in ${span(ms)}`;
}

const clock = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" });
const short24 = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export function time(text) {
  return text ? clock.format(new Date(text)) : "–";
}

export function hour(at) {
  return short24.format(new Date(at));
}
