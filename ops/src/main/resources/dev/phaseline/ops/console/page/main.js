import { h, button, patchChildren, visible } from "./dom.js";
import { ago, span } from "./format.js";
import { get, listen, session, signOut, whenSignedOut } from "./api.js";
import { overview } from "./overview.js";
import { jobs, job } from "./jobs.js";
import { dead } from "./dead.js";
import { letter } from "./letter.js";
import { schedules, schedule } from "./schedules.js";
import { workers } from "./workers.js";
import { placement } from "./placement.js";
import { queues } from "./queues.js";
import { transactions } from "./transactions.js";
import { audit } from "./audit.js";
import { askToken } from "./signin.js";

const ROLES = ["viewer", "operator", "admin"];
const PAGES = [["/", "Overview", "1"], ["/jobs", "Jobs", "2"], ["/dead", "Dead letters", "3"], ["/workers", "Workers", "4"], ["/schedules", "Schedules", "5"], ["/queues", "Queues", "6"], ["/audit", "Audit", "7"]];
const state = { overview: null, at: 0, live: false, who: null, skew: 0, polled: false, events: null };
const ANSWER_MS_MAX = 10_000;

let timers = [];
let view = () => [];
let title = "";

/** What a page is given to work with. */
const page = {
  state,
  title(text) {
    title = text;
    document.title = `${visible(text)} · Phaseline${state.who?.title ? ` · ${state.who.title}` : ""}`;
  },
  view(draw) {
    view = draw;
    page.draw();
  },
  draw() {
    patchChildren(document.getElementById("main"), view());
  },
  /** Asks again and again, but not while an answer is on its way: a server that is slow would only
   * get more to do. An answer that takes longer than this is taken for lost. */
  every(ms, action) {
    let waitsUntil = 0;
    timers.push(setInterval(async () => {
      if (Date.now() < waitsUntil) return;
      waitsUntil = Date.now() + ANSWER_MS_MAX;
      try {
        await action();
      } finally {
        waitsUntil = 0;
      }
    }, ms));
  },
  go(path, query = {}) {
    const text = Object.entries(query).filter(([, value]) => value).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
    location.hash = `#${path}${text ? `?${text}` : ""}`;
  },
  may: (role) => ROLES.indexOf(state.who?.role) >= ROLES.indexOf(role),
  pipelines: () => state.overview?.pipelines ?? [],
  now: () => Date.now() + state.skew,
};

function route() {
  timers.forEach(clearInterval);
  timers = [];
  const [path, text = ""] = (location.hash.slice(1) || "/").split("?");
  const query = Object.fromEntries(new URLSearchParams(text));
  const parts = path.split("/").filter(Boolean).map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  const main = document.getElementById("main");
  main.replaceChildren();
  switch (parts[0]) {
    case undefined: overview(page); break;
    case "jobs": jobs(page, query); break;
    case "job": job(page, parts[1] ?? ""); break;
    case "dead": parts[2] ? letter(page, parts[1], parts[2]) : dead(page, parts[1], query); break;
    case "schedules": schedules(page); break;
    case "schedule": schedule(page, parts[1] ?? ""); break;
    case "queues": queues(page); break;
    case "workers": workers(page); break;
    case "placement": placement(page); break;
    case "transactions": transactions(page); break;
    case "audit": audit(page); break;
    default:
      page.title("Not here");
      page.view(() => [h("h1", null, "Not here"), h("p", null, "No page has this address. ", h("a", { href: "#/" }, "Overview"))]);
  }
  frame();
  document.querySelector("#nav [aria-current]")?.scrollIntoView({ inline: "nearest", block: "nearest" }); // on a phone it may be beside the edge
  scrollTo(0, 0);
}

function frame() {
  const at = `/${location.hash.slice(2).split(/[/?]/)[0].replace(/^job$/, "jobs").replace(/^(transactions|placement)$/, "workers").replace(/^schedule$/, "schedules")}`;
  const bad = state.overview?.trouble.filter((one) => one.severity === "bad").length ?? 0;
  const letters = page.pipelines().flatMap((one) => one.phases).reduce((all, phase) => all + (phase.dead ?? 0), 0);
  patchChildren(document.getElementById("nav"), PAGES.map(([path, label, key]) => h("a", { href: `#${path}`, "aria-current": at === path ? "page" : null, title: `key ${key}` }, label,
    path === "/" && bad ? h("b", { class: "bad", "aria-label": `${bad} urgent` }, bad) : path === "/dead" && letters ? h("b", { class: "warn", "aria-label": `${letters} waiting` }, letters > 999 ? "999+" : letters) : null)));
  patchChildren(document.getElementById("title"), [state.who?.title || "local"]);
  patchChildren(document.getElementById("who"), [
    h("span", null, h("b", null, visible(state.who?.name ?? "")), h("small", null, state.who?.open ? "on this machine" : state.who?.role ?? "")),
    button("", flip, { class: "icon theme", "aria-label": "Light or dark", title: "Light or dark" }),
    state.who?.open ? null : button("Sign out", async () => {
      await signOut();
      location.reload();
    }, { class: "link" })]);
  freshness();
}

function freshness() {
  const age = Date.now() - state.at;
  const pulse = document.getElementById("pulse");
  pulse.className = `pulse ${state.live ? "live" : "lost"}`;
  patchChildren(pulse, [state.live ? (state.polled ? "Live, asked every 2 s" : "Live") : state.at ? `Last state ${span(age)} old` : "Connecting …"]);
  const banner = document.getElementById("banner");
  const counts = state.overview?.countsAt;
  const old = counts ? page.now() - Date.parse(counts) : 0;
  if (!state.live && state.at) {
    patchChildren(banner, [h("p", { class: "bad" }, h("b", null, "The console does not answer."), ` What is shown is ${span(age)} old. It is tried again by itself.`)]);
  } else if (state.live && counts && old > 10_000 && state.overview.tracker.state !== "restoring") {
    patchChildren(banner, [h("p", { class: "bad" }, h("b", null, "Counts are from before."), ` The tracker last answered ${ago(counts, page.now())}; the brokers may be away.`)]);
  } else {
    patchChildren(banner, []);
  }
}

function flip() {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("theme", document.documentElement.dataset.theme);
  } catch {
    // then it holds until the page is closed
  }
}

function take(topic, body) {
  // The stream begins with the state of up to a second ago, which may be before what was fetched.
  if (state.overview && body.now < state.overview.now) return;
  state.overview = body;
  state.at = Date.now();
  state.skew = Date.parse(body.now) - Date.now();
  frame();
  page.draw();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName) || document.querySelector("dialog[open]")) return;
  const found = PAGES.find(([, , key]) => key === event.key);
  if (found) location.hash = `#${found[0]}`;
  else if (event.key === "/") {
    const input = document.getElementById("query");
    if (!input) return;
    event.preventDefault();
    input.focus();
  }
});

async function begin(who, why) {
  state.who = who;
  if (!who.signedIn) {
    // Each question that is refused leads here; a form that is being filled in stays.
    if (!document.getElementById("signin").hidden) return;
    timers.forEach(clearInterval);
    askToken(who.title, begin, why);
    return;
  }
  document.getElementById("frame").hidden = false;
  document.getElementById("signin").hidden = true;
  if (!state.overview) take("overview", await get("/api/v1/overview"));
  route();
  if (state.events) {
    state.events.retry();
    return;
  }
  const signInAgain = async (title, detail) => {
    const now = await session();
    if (!now.signedIn) begin(now, { title, detail, remedy: "Sign in again." });
  };
  state.events = listen(who.version, take, (up, restarted, polled) => {
    state.live = up;
    state.polled = polled;
    freshness();
    if (restarted) signInAgain("The console was restarted", "Sessions don't outlive it.");
  }, () => signInAgain("You are signed out", "The session is over, or its token was taken out."));
  setInterval(freshness, 1000);
  addEventListener("hashchange", route);
}

try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // the system's choice holds
}
whenSignedOut(async (problem) => begin(await session(), problem));
session().then(begin).catch((failed) => {
  document.getElementById("frame").hidden = false;
  patchChildren(document.getElementById("main"), [h("h1", null, "No answer"), h("p", null, visible(failed.message))]);
});
