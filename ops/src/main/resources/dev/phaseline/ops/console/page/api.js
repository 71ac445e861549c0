// The API, as the page uses it.

let csrf = "";
let signedOut = () => {};

/** What the server said was wrong: RFC 9457's problem details. */
export class ApiError extends Error {
  constructor(problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export function whenSignedOut(action) {
  signedOut = action;
}

/** A path of the server from where the page is: behind a proxy that may be below its top. */
const here = (path) => path.replace(/^\//, "");

async function send(method, path, body) {
  const headers = {};
  if (method !== "GET") headers["X-Phaseline-Csrf"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(here(path), { method, headers, body: body === undefined || typeof body === "string" ? body : JSON.stringify(body), credentials: "same-origin" });
  } catch {
    throw new ApiError({ status: 0, title: "No connection", detail: "the console does not answer", remedy: "it is tried again by itself; check that it runs" });
  }
  if (answer.status === 204) return null;
  const content = await answer.json().catch(() => ({}));
  if (answer.ok) return content;
  const problem = { status: answer.status, title: "Refused", detail: `status ${answer.status}`, remedy: "", ...content };
  if (answer.status === 401 && path !== "/api/v1/session") signedOut(problem);
  throw new ApiError(problem);
}

export const get = (path) => send("GET", path);

/** Posts an object, or JSON text as it is; when the server was restarted in between, the session's proof is fetched anew, once. */
export async function post(path, body = {}) {
  try {
    return await send("POST", path, body);
  } catch (failed) {
    if (failed.problem?.type !== "urn:phaseline:problem:csrf") throw failed;
    await session();
    return send("POST", path, body);
  }
}

export async function session() {
  const now = await get("/api/v1/session");
  csrf = now.csrf ?? "";
  return now;
}

export async function signIn(token) {
  await send("POST", "/api/v1/session", { token });
  return session();
}

export const signOut = () => send("DELETE", "/api/v1/session");

/** For a page that asks the same again and again: before each question, take its turn; when the
 * answer is there, the turn tells whether it counts. One that was overtaken by the answer to a later
 * question is old, and showing it would take back what was shown already. */
export function turns() {
  let asked = 0;
  let shown = 0;
  return () => {
    const mine = ++asked;
    return () => {
      if (mine < shown) return false;
      shown = mine;
      return true;
    };
  };
}

/** What a page does again and again: asks, and takes the answer unless a later question's came first.
 * `ask` fetches, `take` puts what it brought into the page's box; what the server said was wrong is
 * the box's problem until the next answer. */
export function loading(page, box, ask, take) {
  const turn = turns();
  return async () => {
    const counts = turn();
    try {
      const answer = await ask();
      if (!counts()) return;
      take(answer);
      box.problem = null;
    } catch (failed) {
      if (!failed.problem) throw failed;
      if (!counts()) return;
      box.problem = failed.problem;
    }
    box.busy = false;
    page.draw();
  };
}

/** A path with its parts and parameters encoded. */
export function url(path, parameters = {}) {
  // Browsers take dots out of paths, also encoded ones.
  if (path[0] === "jobs" && /^\.\.?$/.test(path[1])) return url(["jobs", "-", ...path.slice(2)], { ...parameters, id: path[1] });
  const query = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return `/api/v1/${path.map(encodeURIComponent).join("/")}${query ? `?${query}` : ""}`;
}

const POLL_MS = 2_000;
const WORKER_MS_MAX = 10_000;

/** Listens to the server's events for ever. `on` gets topics; `health` is told whether they come,
 * whether the server was restarted, and whether they have to be asked for; `ended` is called when the
 * session is over. What is returned can be asked to try again at once.
 *
 * All tabs share one stream by a shared worker. Where there is none (Chrome on Android), the page asks
 * again and again: a stream for each tab would use up the browser's connections with the sixth. */
export function listen(version, on, health, ended) {
  let boot = "";
  let polled = false;
  const take = (news) => {
    switch (news.kind) {
      case "up":
        health(true, boot !== "" && boot !== news.boot, polled);
        boot = news.boot;
        break;
      case "overview": on("overview", JSON.parse(news.text)); break;
      case "down": health(false, false, polled); break;
      case "signed-out": ended(); break;
    }
  };
  const poll = async () => {
    try {
      const body = await get("/api/v1/overview");
      on("overview", body);
      health(true, false, true);
    } catch (failed) {
      if (!failed.problem) throw failed;
      health(false, false, true);
    }
    setTimeout(poll, POLL_MS);
  };
  const port = shared(version, take, () => {
    polled = true;
    poll();
  });
  return { retry: () => port?.postMessage("retry") };
}

/** The port of the shared worker; null, and `without` is called, where there is none. */
function shared(version, take, without) {
  let worker;
  try {
    worker = new SharedWorker("worker.js", { type: "module", name: `phaseline ${version}` });
  } catch {
    without();
    return null;
  }
  const { port } = worker;
  let alive = true;
  const giveUp = () => {
    if (!alive) return;
    alive = false;
    port.close();
    without();
  };
  const timer = setTimeout(giveUp, WORKER_MS_MAX);
  worker.onerror = giveUp;
  port.onmessage = ({ data }) => {
    clearTimeout(timer);
    if (alive) take(data);
  };
  port.postMessage("join");
  addEventListener("pagehide", () => port.postMessage("leave"));
  addEventListener("pageshow", (event) => {
    if (event.persisted) port.postMessage("join");
  });
  return port;
}
