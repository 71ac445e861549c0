import { h, button, visible, patchChildren, focusOn } from "./dom.js";

/** Words a failure, as a box. */
export function problemBox(problem) {
  return h("div", { class: "problem", role: "alert" },
    h("strong", null, visible(problem.title)),
    h("p", null, visible(problem.detail)),
    problem.pointer ? h("pre", { class: "pointer" }, visible(problem.pointer)) : null,
    problem.remedy ? h("p", { class: "remedy" }, visible(problem.remedy)) : null);
}

/** Asks in a dialog. `build` gets what it may change and returns the content; `act` does it.
 * Resolves with what `act` returned, or null when it was closed without. Whoever had the keyboard's
 * focus has it again then, or what stands in its place by now. */
export function ask({ title, content, confirm, kind = "primary", act, wide = false }) {
  return new Promise((resolve) => {
    const opener = document.activeElement;
    const slot = h("div", { class: "slot" });
    const go = h("button", { type: "submit", class: `button ${kind}` }, confirm);
    const close = () => {
      dialog.close();
      dialog.remove();
      focusOn(opener);
    };
    const form = h("form", {
      onsubmit: async (event) => {
        event.preventDefault();
        go.disabled = true;
        patchChildren(slot, []);
        try {
          const result = await act(form, slot);
          close();
          resolve(result ?? true);
        } catch (failed) {
          if (!failed.problem) throw failed;
          patchChildren(slot, [problemBox(failed.problem)]);
          go.disabled = false;
        }
      },
    },
    h("h2", null, title), content, slot,
    h("div", { class: "buttons" }, button("Close", () => {
      close();
      resolve(null);
    }), confirm ? go : null));
    const dialog = h("dialog", { class: wide ? "wide" : "" }, form);
    dialog.oncancel = () => {
      resolve(null);
      setTimeout(() => {
        dialog.remove();
        focusOn(opener);
      });
    };
    document.body.append(dialog);
    dialog.showModal();
    form.querySelector("input, textarea, select")?.focus();
  });
}

/** A field with its label. */
export function field(label, input, hint) {
  return h("label", { class: "field" }, h("span", null, label), input, hint ? h("small", null, hint) : null);
}
