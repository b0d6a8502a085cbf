// Two texts or two models side by side: the difference of a head where their tokens stand in the same places, both matrices otherwise, and their labels.

import { heat, intensity, onThemeChange, theme } from "../colours.js";
import { make } from "../elements.js";
import { shown } from "../lens.js";
import { Comparison } from "./comparison.js";
import { HeatMap } from "./heat-map.js";
import { LabelBars } from "./label-bars.js";
import { Latest, choices, diverging, field, legend, number } from "./parts.js";

class CompareView {
  latest = new Latest();
  sides = null; // of the two that are shown: { lens, where, tokens, values }

  constructor(container, context) {
    this.context = context;
    this.comparison = new Comparison(context);
    this.bars = new LabelBars(context);
    this.way = make("select", { onchange: () => this.show() });
    this.status = make("p", { class: "note", role: "status" });
    this.legend = make("div");
    this.titles = [0, 1, 2].map(() => make("h3"));
    this.sections = this.titles.map((title) => make("section", {}, title));
    const [one, other, difference] = this.sections;
    this.maps = make("div", { hidden: true }, make("div", { class: "view-controls" }, field("Show", this.way)), difference, make("div", { class: "columns" }, one, other), this.legend);
    container.append(this.comparison.root, this.bars.root, this.status, this.maps);
    const labels = ["Weights of this one", "Weights of the other", "Difference of the weights"];
    [this.one, this.other, this.difference] = this.sections.map((section, side) => new HeatMap(section, {
      label: labels[side], help: "Arrow keys move, Escape lets go.",
      describe: (row, column) => this.describe(side, row, column),
      // Maps of the same places point at the same cell.
      aimed: (cell) => side < 2 && this.differences && [this.other, this.one][side].aim(cell, true),
    }));
    this.endTheme = onThemeChange(() => this.show());
  }

  update() {
    const { state } = this.context;
    this.comparison.update();
    const lenses = [this.context.lens(), this.context.otherLens()];
    if (!lenses[0] || !lenses[1]) {
      this.status.textContent = state.other ? "Reading the other …" : "Write another text, or choose another model.";
      this.maps.hidden = this.bars.root.hidden = true;
      this.lenses = this.sides = null;
      return;
    }
    const options = JSON.stringify([state.layer, state.heads, state.hideSpecial, state.mergeWords, state.filter, state.logScale]);
    if (options === this.options && lenses.every((lens, side) => lens === this.lenses?.[side])) return;
    Object.assign(this, { options, lenses });
    this.bars.update(lenses);
    // The same layer and heads of both, or those nearest.
    const chosen = lenses.map(({ layers, heads }) => {
      const known = heads.filter((head) => state.heads?.includes(head) ?? true);
      return { layer: Math.min(state.layer, layers.at(-1)), heads: known.length ? known : [heads.at(-1)] };
    });
    this.latest.run(() => Promise.all(lenses.map((lens, side) => lens.load({ layers: [chosen[side].layer], heads: chosen[side].heads }))),
      () => this.arrange(lenses, chosen), this.context.showError);
  }

  arrange(lenses, chosen) {
    this.sides = lenses.map((lens, side) => {
      const { layer, heads } = chosen[side];
      const view = shown(lens, { ...this.context.state });
      const where = `layer ${layer}, ${heads.length === 1 ? `head ${heads[0]}` : `mean of ${heads.length} heads`}`;
      return { lens, where, tokens: view.tokens.map(({ text }) => text), values: view.combined(layer, heads) };
    });
    const [one, other] = this.sides;
    this.differences = one.tokens.length === other.tokens.length ? one.values.map((value, place) => other.values[place] - value) : null;
    const ways = [{ value: "difference", text: "Difference" }, { value: "sides", text: "Side by side" }];
    choices(this.way, this.differences ? ways : ways.slice(1), this.differences && this.way.value !== "sides" ? "difference" : "sides");
    const changed = one.tokens.filter((token, place) => token !== other.tokens[place]).length;
    this.status.textContent = !this.differences ? "The texts have different numbers of tokens, so that there is no difference to show."
      : changed ? `${changed} of ${one.tokens.length} tokens are not the same; each is compared with the one in its place.`
        : this.differences.every((value) => value === 0) ? "There is no difference." : "";
    this.maps.hidden = false;
    this.show();
  }

  show() {
    if (!this.sides) return;
    const { dark } = theme();
    const { logScale } = this.context.state;
    const [one, other] = this.sides;
    const isDifference = this.way.value === "difference";
    this.sections.forEach((section, side) => (section.hidden = isDifference !== (side === 2)));
    const largest = (list) => list.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    if (isDifference) {
      const most = largest(this.differences);
      this.titles[2].textContent = `The other (${other.where}) less this one (${one.where})`;
      const tokens = one.tokens.map((token, place) => (token === other.tokens[place] ? token : `${token} | ${other.tokens[place]}`));
      this.difference.show({ tokens, values: this.differences, colourOf: (value) => diverging(value / most, dark) });
      this.legend.replaceChildren(legend(`${number(-most, 2)}: more here`, `${number(most, 2, true)}: more in the other`, (share) => diverging(2 * share - 1, dark)));
    } else {
      const most = Math.max(largest(one.values), largest(other.values));
      const colourOf = (value) => heat(intensity(value, most, logScale), dark);
      this.sides.forEach(({ lens, where, tokens, values }, side) => {
        this.titles[side].textContent = `${side ? "The other" : "This one"}: ${lens.model}, ${where}`;
        [this.one, this.other][side].show({ tokens, values, colourOf });
      });
      this.legend.replaceChildren(legend("0", `${number(most, 2)} in both${logScale ? ", log scale" : ""}`, (share) => heat(share, dark)));
    }
  }

  describe(side, row, column) {
    if (row === null) return "Rows look, columns are looked at.";
    const named = ({ tokens }) => `“${tokens[row]}” → “${tokens[column]}”`;
    const [one, other] = this.sides;
    if (!this.differences) return `${named(this.sides[side])}: ${number(this.sides[side].values[row * this.sides[side].tokens.length + column], 4)}.`;
    const place = row * one.tokens.length + column;
    const names = named(one) === named(other) ? named(one) : `${named(one)}, in the other ${named(other)}`;
    return `${names}: here ${number(one.values[place], 4)}, other ${number(other.values[place], 4)}, difference ${number(this.differences[place], 4, true)}.`;
  }

  draw(surface) {
    if (this.way.value === "difference") this.difference.draw(surface);
    else this.one.draw(surface, this.other);
  }

  data() {
    if (!this.sides) throw new Error("There is nothing to save yet.");
    const { tokens, values } = this.sides[1];
    const name = this.differences ? "difference" : "other";
    return { name, shape: [tokens.length, tokens.length], values: this.differences ?? values, tokens };
  }

  destroy() {
    this.latest.cancel();
    this.bars.destroy();
    this.endTheme();
    for (const map of [this.one, this.other, this.difference]) map.destroy();
  }
}

export default {
  id: "compare",
  title: "Compare",
  description: "Two texts or two models side by side, and the difference of a head.",
  uses: ["layer", "heads", "hideSpecial", "mergeWords", "logScale", "filter"],
  showsBoth: true,
  mount: (container, context) => new CompareView(container, context),
};
