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
    answer = await fetch(here(path), { method, headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: "same-origin" });
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

/** Posts; when the server was restarted in between, the session's proof is fetched anew, once. */
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
  const query = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return `/api/v1/${path.map(encodeURIComponent).join("/")}${query ? `?${query}` : ""}`;
}

/** Listens to the server's events for ever; `on` gets topics, `health` is told when it comes and goes. */
export function listen(on, health) {
  let source = null;
  let boot = "";
  let last = 0;
  let wait = 500;
  const open = () => {
    source = new EventSource(here("/api/v1/events"));
    last = Date.now();
    const alive = (event) => {
      last = Date.now();
      wait = 500;
      return event;
    };
    source.addEventListener("hello", (event) => {
      alive(event);
      const now = JSON.parse(event.data).boot;
      health(true, boot !== "" && boot !== now);
      boot = now;
    });
    source.addEventListener("beat", alive);
    source.addEventListener("overview", (event) => on("overview", JSON.parse(alive(event).data)));
    source.onerror = again;
  };
  const again = () => {
    source.close();
    health(false, false);
    setTimeout(open, wait);
    wait = Math.min(wait * 2, 5000);
  };
  // A connection that was cut without a word looks open for minutes.
  setInterval(() => {
    if (source.readyState === EventSource.OPEN && Date.now() - last > 15000) again();
  }, 3000);
  open();
}
