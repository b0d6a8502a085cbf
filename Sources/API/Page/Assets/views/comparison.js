// The form that says what to compare with: another text, another model, or both.

import { make } from "../elements.js";
import { choices, field, modelsOf } from "./parts.js";

export class Comparison {
  constructor(context) {
    this.context = context;
    this.models = [];
    this.model = make("select");
    const writing = () => make("textarea", { rows: 2, spellcheck: "false", onkeydown: (event) => this.key(event) });
    [this.text, this.pair] = [writing(), writing()];
    this.pairField = field("The other's second text", this.pair);
    this.stop = make("button", { type: "button", class: "quiet", onclick: () => context.update({ other: null, edits: [] }) }, "Stop comparing");
    this.root = make("form", { class: "comparison", "aria-label": "What to compare with", onsubmit: (event) => this.submit(event) },
      field("The other text", this.text), this.pairField,
      make("div", { class: "row" }, field("The other model", this.model), make("button", { class: "primary" }, "Compare"), this.stop));
    modelsOf(context.server).then((models) => {
      this.models = models.filter(({ tasks }) => tasks?.includes("attention")).map(({ id }) => id);
      this.update();
    }, context.showError);
  }

  /** Fills the form anew when what is compared has changed, but never takes away what is being written. */
  update() {
    const { state } = this.context;
    const { model, text, pair } = state.other ?? state;
    this.stop.hidden = !state.other;
    this.pairField.hidden = !state.pair && !pair;
    const shows = JSON.stringify([model, text, pair]);
    const isNew = shows !== this.shows;
    choices(this.model, [...new Set([model, ...this.models])].map((name) => ({ value: name, text: name })), isNew ? model : this.model.value);
    if (!isNew) return;
    this.shows = shows;
    this.text.value = text;
    this.pair.value = pair ?? "";
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.root.requestSubmit();
  }

  submit(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (!text) return this.text.focus();
    // What-if edits have an other text of their own, which would take this one's place.
    this.context.update({ other: { model: this.model.value, text, pair: this.pairField.hidden ? "" : this.pair.value.trim() }, edits: [] });
  }
}
