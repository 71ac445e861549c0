// The page's elements. Text only ever becomes a text node: nothing here reads markup, so nothing
// that a job carries can become any.

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "path", "g", "line", "polyline", "rect", "circle", "text", "title2"]);

/** Makes an element. Members that begin with "on" are handlers, `class` and the rest attributes. */
export function h(tag, props, ...children) {
  const node = DRAWN.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node[name] = value;
    else if (name === "vars") setVars(node, value);
    else if (name === "value" || name === "checked") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  add(node, children);
  return node;
}

function setVars(node, vars) {
  for (const [name, value] of Object.entries(vars)) node.style.setProperty(name, value);
}

function add(node, children) {
  for (const child of children.flat(9)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

const HANDLERS = ["onclick", "onsubmit", "oninput", "onchange", "onkeydown", "onpointermove", "onpointerleave"];

/** Makes what is there like what is wanted, and leaves alone what is so already: focus, selection,
 * open details and scroll positions survive a new state every second. */
export function patch(old, wanted) {
  if (old.nodeType !== wanted.nodeType || old.nodeName !== wanted.nodeName || old.id !== wanted.id || isAnotherControl(old, wanted)) {
    const hadFocus = old === document.activeElement;
    old.replaceWith(wanted);
    if (old.nodeName === "BUTTON" && wanted.nodeName === "BUTTON") succeed(old, wanted, hadFocus);
    return;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== wanted.data) old.data = wanted.data;
    return;
  }
  const hadFocus = old === document.activeElement;
  for (const { name } of [...old.attributes]) {
    if (name !== "open" && !wanted.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (name !== "style" && name !== "open" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (wanted.style?.cssText !== old.style?.cssText) {
    for (const name of [...old.style]) if (!wanted.style.getPropertyValue(name)) old.style.removeProperty(name);
    for (const name of wanted.style) old.style.setProperty(name, wanted.style.getPropertyValue(name));
  }
  for (const name of HANDLERS) if (old[name] !== wanted[name]) old[name] = wanted[name];
  if (old.nodeName === "INPUT" && old.type === "checkbox") old.checked = wanted.checked;
  patchChildren(old, [...wanted.childNodes]);
  if (hadFocus && old.disabled) focusOn(old);
}

/** What stands where a button stood that is gone. */
const successors = new WeakMap();

function succeed(old, next, hadFocus) {
  successors.set(old, next);
  if (hadFocus) focusOn(next);
}

/** Gives the keyboard's focus to this, or to what stands in its place by now: a button that has
 * turned into its opposite, or beside one that is gone or can't be pressed. */
export function focusOn(node) {
  let at = node;
  while (at && !at.isConnected && successors.has(at)) at = successors.get(at);
  if (at?.disabled) at = at.parentElement?.querySelector("button:not(:disabled)");
  if (at?.isConnected && at !== document.body) at.focus({ preventScroll: true });
}

/** A button must not turn into another one under the hand: what is pressed on one and released on
 * the other is no click then. */
function isAnotherControl(old, wanted) {
  return old.nodeName === "BUTTON" && old.getAttribute("aria-label") !== wanted.getAttribute("aria-label");
}

/** Makes the children of a node like these. */
export function patchChildren(parent, wanted) {
  const nodes = wanted.flat(9).filter((node) => node !== null && node !== undefined && node !== false)
    .map((node) => (node instanceof Node ? node : document.createTextNode(String(node))));
  const old = [...parent.childNodes];
  nodes.forEach((node, i) => (i < old.length ? patch(old[i], node) : parent.append(node)));
  old.slice(nodes.length).forEach((node) => {
    const hadFocus = node === document.activeElement;
    node.remove();
    const beside = node.nodeName === "BUTTON" ? parent.querySelector("button:not(:disabled)") : null;
    if (beside) succeed(node, beside, hadFocus);
  });
}

const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** Text from outside, with what can't be seen made visible: a control character must not turn the
 * line around or hide half of it. */
export function visible(text) {
  return String(text ?? "").replace(INVISIBLE, (c) => {
    const code = c.codePointAt(0);
    return code < 0x20 ? String.fromCodePoint(0x2400 + code) : `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

/** The first characters, and an ellipsis when there are more. */
export function clip(text, most) {
  const all = visible(text);
  return all.length <= most ? all : all.slice(0, most) + "…";
}

/** A button. */
export function button(label, onclick, props) {
  return h("button", { type: "button", class: "button", onclick, ...props }, label);
}

/** A table whose rows become blocks on a phone, each cell but the first under the name of its column. */
export function stack(heads, rows, kind = "") {
  for (const row of rows) {
    [...row.children].forEach((cell, i) => i && typeof heads[i] === "string" && heads[i] && cell.setAttribute("data-name", heads[i]));
  }
  return h("div", { class: "scroll" }, h("table", { class: `rows stack ${kind}` },
    h("thead", null, h("tr", null, heads.map((head) => h("th", { scope: "col" }, head)))), h("tbody", null, rows)));
}

/** Tells something in passing. */
export function toast(text, kind = "ok") {
  const node = h("p", { class: `toast ${kind}` }, visible(text));
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), 6000);
}
