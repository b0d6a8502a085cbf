// Attention rollout (Abnar and Zuidema, 2020): through all layers, how much of each input token reaches a token, the first one to begin with.

import { heat, intensity, onThemeChange, theme } from "../colours.js";
import { debounced, make } from "../elements.js";
import { shown } from "../lens.js";
import { float32, parse } from "../safetensors.js";
import { HeatMap } from "./heat-map.js";
import { PaintedText } from "./painted-text.js";
import { Latest, choices, field, legend, number, percent } from "./parts.js";

/** `[size, size]` to `[groups, groups]`: summed over the keys of a group, averaged over its queries. */
function merged(matrix, size, groups) {
  const result = new Float32Array(groups.length ** 2);
  groups.forEach((rows, row) => groups.forEach((columns, column) => {
    let sum = 0;
    for (const query of rows) for (const key of columns) sum += matrix[query * size + key];
    result[row * groups.length + column] = sum / rows.length;
  }));
  return result;
}

class RolloutView {
  latest = new Latest();
  kept = new Map(); // by the last layer: Float32Array(N * N)
  content = null;

  constructor(container, context) {
    this.context = context;
    const choose = (place) => this.choose(this.content.tokens[place].indices[0]);
    this.token = make("select", { onchange: () => this.choose(Number(this.token.value)) });
    this.slider = make("input", { type: "range", min: 0, oninput: () => this.roll(Number(this.slider.value)) });
    this.layers = make("output");
    this.readout = make("output", { class: "stage-readout", "aria-live": "polite" });
    this.painted = new PaintedText("Tokens by their share", { point: (place) => this.point(place), choose });
    this.legend = make("div");
    this.note = make("p", { class: "note" });
    const map = make("section", { "aria-label": "The whole rollout" });
    container.append(
      make("div", { class: "view-controls" }, field("Into token", this.token), field("Rolled out over", make("span", { class: "slider" }, this.slider, this.layers))),
      make("div", { class: "columns" },
        make("section", { class: "rollout-tokens", "aria-label": "Shares of the tokens" }, this.readout, this.painted.root, this.legend, this.note), map));
    this.map = new HeatMap(map, {
      label: "Rollout from every token into every token", help: "Arrow keys move; Enter or a click takes the row's token, Escape lets go.",
      describe: (row, column) => this.describe(row, column), choose,
    });
    this.fetchSoon = debounced(() => this.fetch(), 120);
    this.endTheme = onThemeChange(() => this.show());
  }

  update() {
    const { state } = this.context;
    const lens = this.context.lens();
    if (!lens) return;
    const options = JSON.stringify([state.hideSpecial, state.mergeWords, state.logScale]);
    if (lens === this.lens && options !== this.options) this.show();
    this.options = options;
    if (lens === this.lens) return;
    this.lens = lens;
    this.kept.clear();
    this.matrix = null;
    // Where no special token comes first, the model reads from left to right, and its last token has seen all.
    this.row = lens.tokens[0]?.special ? 0 : lens.size - 1;
    this.slider.max = lens.layers.length - 1;
    this.roll(Math.min(this.last ?? Infinity, lens.layers.length - 1));
    this.fetchSoon.now();
  }

  roll(last) {
    this.last = last;
    this.slider.value = last;
    this.layers.textContent = `layers 0 to ${last}`;
    this.slider.setAttribute("aria-valuetext", this.layers.textContent);
    this.fetchSoon();
  }

  fetch() {
    const { last, lens, kept } = this;
    this.latest.run(async () => {
      if (kept.has(last)) return kept.get(last);
      const { tensors } = parse(await this.context.server.postBinary("v1/attention", {
        model: lens.model, inputs: lens.inputs, layers: lens.layers.slice(0, last + 1), reduce: "rollout", format: "safetensors", dtype: "float16",
      }));
      return float32(tensors["0.attentions"].raw);
    }, (matrix) => {
      kept.set(last, matrix);
      Object.assign(this, { matrix, rolled: last });
      this.show();
    }, this.context.showError);
  }

  choose(position) {
    this.row = position;
    this.show();
    this.context.announce(`Shares that reach “${this.lens.tokens[position].text}”.`);
  }

  show() {
    if (!this.matrix) return;
    const { lens, matrix, context: { state } } = this;
    const { dark } = theme();
    const { tokens } = shown(lens, { ...state, filter: "all" });
    const count = tokens.length;
    choices(this.token, lens.tokens.map(({ text }, index) => ({ value: index, text: `${index}  ${text}` })), this.row);
    const values = merged(matrix, lens.size, tokens.map(({ indices }) => indices));
    const row = tokens.findIndex(({ indices }) => indices.includes(this.row));
    // A token that is hidden has its shares, too.
    const shares = row >= 0 ? [...values.subarray(row * count, (row + 1) * count)]
      : tokens.map(({ indices }) => indices.reduce((sum, index) => sum + matrix[this.row * lens.size + index], 0));
    // What a token keeps of itself would fade all others.
    const largest = (list, isOwn) => list.reduce((most, value, index) => (isOwn(index) ? most : Math.max(most, value)), 1e-6);
    const most = largest(shares, (index) => index === row);
    const mapMost = largest(values, (index) => index % (count + 1) === 0);
    const colourOf = (share) => heat(0.75 * intensity(share, most, state.logScale), dark);
    this.content = { tokens, values, shares, row };
    this.painted.show(tokens.map(({ text }, index) => ({
      text, detail: percent(shares[index]), name: `${text} ${percent(shares[index])}`, colour: colourOf(shares[index]), isPressed: index === row,
    })));
    this.legend.replaceChildren(legend("0 %", `${percent(most)} and more${state.logScale ? ", log scale" : ""}`, (share) => colourOf(share * most)));
    const hidden = 1 - shares.reduce((sum, share) => sum + share, 0);
    this.note.textContent = (state.hideSpecial ? `Special tokens, which are hidden, have ${percent(Math.max(0, hidden))}. ` : "")
      + "Each layer counts half for its attention, averaged over heads, and half for what passes it by. Choose a token to see what reaches it.";
    this.map.show({ tokens: tokens.map(({ text }) => text), values, row, colourOf: (value) => heat(intensity(value, mapMost, state.logScale), dark) });
    this.point(null);
  }

  point(place) {
    if (!this.content) return;
    const { tokens, shares, row } = this.content;
    const into = `“${this.lens.tokens[this.row].text}” (${this.row})`;
    const strongest = shares.reduce((best, share, index) => (index !== row && (best < 0 || share > shares[best]) ? index : best), -1);
    const named = (index) => `“${tokens[index].text}” (${tokens[index].indices[0]})`;
    if (place !== null) this.readout.textContent = `${percent(shares[place])} of ${into} after layer ${this.rolled} comes from ${named(place)}.`;
    else if (strongest >= 0) this.readout.textContent = `Into ${into} after layer ${this.rolled}: most from ${named(strongest)}${row < 0 ? "" : ", itself aside"}.`;
  }

  describe(row, column) {
    if (row === null) return "Rows: tokens reached. Columns: where it comes from.";
    const { tokens, values } = this.content;
    const [into, from] = [tokens[row], tokens[column]];
    return `Into “${into.text}” (${into.indices[0]}) from “${from.text}” (${from.indices[0]}): ${number(values[row * tokens.length + column], 4)}.`;
  }

  draw(surface) {
    this.map.draw(surface);
  }

  data() {
    if (!this.content) throw new Error("There is nothing to save yet.");
    const { tokens, values } = this.content;
    return { name: `rollout-to-layer-${this.rolled}`, shape: [tokens.length, tokens.length], values, tokens: tokens.map(({ text }) => text) };
  }

  destroy() {
    this.fetchSoon.cancel();
    this.latest.cancel();
    this.endTheme();
    this.map.destroy();
  }
}

export default {
  id: "rollout",
  title: "Rollout",
  description: "How much of each input token reaches the first token, or any other, through all layers.",
  uses: ["hideSpecial", "mergeWords", "logScale"],
  mount: (container, context) => new RolloutView(container, context),
};
