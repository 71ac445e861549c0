// The server's events, kept open for as long as somebody wants them. It runs in a page or in a worker.

const SILENT_MS_MAX = 15_000;
const WAIT_MS_MAX = 5_000;
const SIGNED_OUT_WAIT_MS = 30_000;

/** Opens the stream and opens it again whenever it ends. `tell` gets what happens: `{ kind: "up", boot }`,
 * `{ kind: "overview", text }`, `{ kind: "down" }`, `{ kind: "signed-out" }`. What is returned can be
 * asked to try again at once. */
export function stream(path, tell) {
  let source = null;
  let timer = 0;
  let last = 0;
  let wait = 500;
  const open = () => {
    clearTimeout(timer);
    source?.close();
    source = new EventSource(path);
    last = Date.now();
    const on = (name, action) => source.addEventListener(name, (event) => {
      last = Date.now();
      wait = 500;
      action(event.data);
    });
    on("hello", (text) => tell({ kind: "up", boot: JSON.parse(text).boot }));
    on("beat", () => {});
    on("overview", (text) => tell({ kind: "overview", text }));
    on("signed-out", () => {
      tell({ kind: "signed-out" });
      again(SIGNED_OUT_WAIT_MS);
    });
    source.onerror = () => {
      again(wait);
      wait = Math.min(wait * 2, WAIT_MS_MAX);
    };
  };
  const again = (ms) => {
    source.close();
    tell({ kind: "down" });
    clearTimeout(timer);
    timer = setTimeout(open, ms);
  };
  // A connection that was cut without a word looks open for minutes.
  setInterval(() => {
    if (source.readyState !== EventSource.CLOSED && Date.now() - last > SILENT_MS_MAX) again(wait);
  }, 3_000);
  open();
  return { retry: open };
}
