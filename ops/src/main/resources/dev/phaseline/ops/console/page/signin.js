import { h, patchChildren } from "./dom.js";
import { signIn } from "./api.js";
import { problemBox } from "./dialog.js";

/** Asks for a token; calls back when it was good. */
export function askToken(title, done, why) {
  const place = document.getElementById("signin");
  const slot = h("div", { class: "slot" }, why ? problemBox(why) : null);
  const input = h("input", { type: "password", name: "token", autocomplete: "off", required: true, "aria-label": "Token", placeholder: "pl_…" });
  const form = h("form", { class: "panel", onsubmit: async (event) => {
    event.preventDefault();
    try {
      const session = await signIn(input.value.trim());
      place.hidden = true;
      done(session);
    } catch (failed) {
      if (!failed.problem) throw failed;
      patchChildren(slot, [problemBox(failed.problem)]);
      input.select();
    }
  } },
  h("h1", null, "Phaseline"), title ? h("p", { class: "where" }, title) : null,
  h("p", null, "Sign in with your token. An admin makes one with ", h("code", null, "phaseline console token NAME"), "."),
  input, slot, h("button", { type: "submit", class: "button primary" }, "Sign in"));
  place.replaceChildren(form);
  place.hidden = false;
  document.getElementById("frame").hidden = true;
  input.focus();
}
