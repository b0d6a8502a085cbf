// What two models, or one model of two texts, predict: their labels side by side.

import { bars } from "../answers.js";
import { make } from "../elements.js";
import { Latest, does } from "./parts.js";

export class LabelBars {
  latest = new Latest();
  lenses = [];

  constructor(context) {
    this.context = context;
    this.root = make("div", { class: "columns label-bars", hidden: true });
  }

  update(lenses) {
    this.root.hidden = this.root.childElementCount === 0;
    if (lenses.every((lens, side) => lens === this.lenses[side])) return;
    this.lenses = lenses;
    this.latest.run(() => Promise.all(lenses.map((lens) => this.predict(lens))), (found) => this.show(found), this.context.showError);
  }

  /** The labels by falling score, or null of a model that has none. */
  async predict({ model, inputs }) {
    const { server } = this.context;
    if (!(await does(server, model, "classify"))) return null;
    return (await server.post("v1/classify", { model, inputs })).predictions[0];
  }

  show(found) {
    const isKnown = found.some(Boolean);
    this.root.hidden = !isKnown;
    this.root.replaceChildren(...(isKnown ? found : []).map((labels, side) => {
      const { model, text, pair } = this.lenses[side];
      return make("section", {}, make("h3", {}, `${side ? "The other" : "This one"}: ${model}`), make("p", { class: "quoted note" }, pair ? `${text} / ${pair}` : text),
        labels ? bars(labels) : make("p", { class: "note" }, "This model gives no labels."));
    }));
  }

  destroy() {
    this.latest.cancel();
  }
}
