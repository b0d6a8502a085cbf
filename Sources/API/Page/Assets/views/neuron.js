// One query token of one head: its query vector, every key's vector, their elementwise product, the dot product, the softmax.

import { theme } from "../colours.js";
import { make } from "../elements.js";
import { fitted } from "../surface.js";
import { compared, scoresOf } from "./dot-product.js";
import { Latest, choices, clamp, diverging, field, legend, magnitude, number } from "./parts.js";
import { Stage } from "./stage.js";

const rowHeight = 22;
const headingHeight = 74;
const narrowest = 560;

/** Some rows of a matrix of `columns` columns, as a matrix. */
function rowsOf(matrix, rows, columns) {
  const result = new Float32Array(rows.length * columns);
  rows.forEach((index, row) => result.set(matrix.subarray(index * columns, (index + 1) * columns), row * columns));
  return result;
}

class NeuronView {
  latest = new Latest();
  content = null;
  focus = null; // { row: place among the visible keys, dimension: int or null }

  constructor(container, context) {
    this.context = context;
    this.token = make("select", { onchange: () => context.update({ token: Number(this.token.value) }) });
    this.head = make("select", { onchange: () => context.update({ heads: [Number(this.head.value)] }) });
    this.note = make("p", { class: "note" });
    this.legend = make("div");
    const frame = make("div", { class: "neuron-frame" });
    container.append(make("div", { class: "view-controls" }, field("Query token", this.token), field("Layer and head", this.head)), this.note, frame, this.legend);
    this.stage = new Stage(frame, {
      label: "The query against every key", className: "neuron",
      help: "Up and down choose a key, left and right a dimension; Enter makes the key's token the query, Escape lets go. Or point, and click a token.",
      paint: (surface, { width, height, scrollTop }) => this.paint(surface, width, height, scrollTop),
      onKey: ({ key }) => this.key(key),
      onPointer: (event) => this.pointer(event),
    });
  }

  update() {
    const { state } = this.context;
    const lens = this.context.lens();
    if (!lens) return;
    const { layer } = state;
    const head = lens.heads.find((one) => state.heads?.includes(one)) ?? lens.heads[0];
    const visible = [...lens.tokens.keys()].filter((index) => !(state.hideSpecial && lens.tokens[index].special));
    const query = lens.tokens[state.token] ? state.token : visible[0] ?? 0;
    const wanted = JSON.stringify([layer, head, query, state.hideSpecial]);
    if (lens === this.lens && wanted === this.wanted) return;
    choices(this.head, lens.heads.map((one) => ({ value: one, text: `${layer}.${one}` })), head);
    choices(this.token, lens.tokens.map(({ text }, index) => ({ value: index, text: `${index}  ${text}` })), query);
    if (lens !== this.lens) this.focus = null;
    Object.assign(this, { lens, wanted });
    this.latest.run(() => lens.load({ layers: [layer], heads: [head], queriesKeys: true }), () => this.show(layer, head, query, visible), this.context.showError);
  }

  show(layer, head, query, visible) {
    const { tokens, size, headSize } = this.lens;
    const keys = this.lens.keys(layer, head);
    if (!keys) {
      this.content = null;
      this.note.textContent = "The server gives no queries and keys of this model.";
      return this.stage.resize(0);
    }
    const vector = this.lens.queries(layer, head).subarray(query * headSize, (query + 1) * headSize);
    const weights = this.lens.weights(layer, head).subarray(query * size, (query + 1) * size);
    const scores = scoresOf(vector, keys, size, headSize);
    const products = keys.map((value, index) => value * vector[index % headSize]);
    const [vectorScale, productScale] = [Math.max(magnitude(keys), magnitude(vector)), magnitude(products)];
    this.content = { tokens, layer, head, query, visible, headSize, vector, keys, products, scores, weights, vectorScale, productScale, strongest: Math.max(...weights) };
    // The rows in sight of these are painted; what is kept here is made a picture once.
    this.pictures = [keys, products].map((values) => rowsOf(values, visible, headSize));
    this.colours = null;
    this.widest = Math.max(...visible.map((index) => this.stage.surface.measure(tokens[index].text, 13)));
    if (this.focus) this.focus.row = Math.min(this.focus.row, visible.length - 1);
    this.note.textContent = compared(scores, weights, query, headSize);
    this.legend.replaceChildren(legend("negative",
      `positive; full colour from ±${number(vectorScale, 2)} in queries and keys, from ±${number(productScale, 2)} in products`, (share) => diverging(2 * share - 1)));
    this.stage.resize(headingHeight + visible.length * rowHeight + 4);
    this.stage.request();
    this.say();
  }

  /** Where the columns lie in a width. */
  columns(width) {
    const keys = clamp(16 + this.widest, 70, 130);
    const stripes = (Math.max(width, narrowest) - keys - 226) / 2;
    const products = keys + stripes + 14;
    return { keys, stripes, products, score: products + stripes + 76, weight: products + stripes + 90, bar: 70, end: products + stripes + 210 };
  }

  paint(surface, width, height, scrollTop) {
    if (!this.content) return;
    const colours = theme();
    const { visible, headSize } = this.content;
    const at = this.columns(width);
    const first = clamp(Math.floor(scrollTop / rowHeight), 0, visible.length - 1);
    const rows = visible.slice(first, Math.ceil((scrollTop + height - headingHeight) / rowHeight));
    const top = headingHeight + first * rowHeight - scrollTop;
    const { ofVectors, ofProducts } = this.colouring();
    const [keys, products] = this.pictures;
    const all = [headSize, visible.length];
    surface.image(keys, ...all, at.keys, headingHeight - scrollTop, at.stripes, visible.length * rowHeight, ofVectors);
    surface.image(products, ...all, at.products, headingHeight - scrollTop, at.stripes, visible.length * rowHeight, ofProducts);
    rows.forEach((index, row) => this.paintRow(surface, at, index, top + row * rowHeight, first + row === this.focus?.row));
    this.paintHeading(surface, at);
    const dimension = this.focus?.dimension ?? null;
    if (dimension === null) return;
    const step = at.stripes / headSize;
    for (const [left, from] of [[at.keys, 24], [at.products, headingHeight - 2]]) {
      surface.rectangle(left + dimension * step, from, step, height - from - 2, { stroke: colours.text, width: 1.5 });
    }
  }

  /** How vectors and products are coloured; the same functions as long as query and theme stay. */
  colouring() {
    const { dark } = theme();
    const { vectorScale, productScale } = this.content;
    if (this.colours?.dark !== dark) {
      this.colours = { dark, ofVectors: (value) => diverging(value / vectorScale, dark), ofProducts: (value) => diverging(value / productScale, dark) };
    }
    return this.colours;
  }

  paintRow(surface, at, index, y, isFocused) {
    const colours = theme();
    const { tokens, query, scores, weights, strongest } = this.content;
    const middle = y + rowHeight / 2 - 1;
    // Gaps of the ground's colour keep the rows of the heat maps apart.
    surface.rectangle(0, y + rowHeight - 2, at.end, 2, { fill: colours.surface });
    if (isFocused) surface.rectangle(1, y - 1, at.end, rowHeight, { stroke: colours.accent, width: 2, radius: 3 });
    if (index === query) surface.rectangle(2, y + 3, 3, rowHeight - 8, { fill: colours.accent });
    const value = { size: 12, colour: colours.text };
    surface.text(fitted(surface, tokens[index].text, at.keys - 14, 13), at.keys - 6, middle,
      { align: "right", size: 13, colour: tokens[index].special ? colours.muted : colours.text, weight: index === query ? 700 : 400 });
    surface.text(number(scores[index], 2), at.score, middle, { ...value, align: "right" });
    const length = (at.bar * weights[index]) / strongest;
    surface.rectangle(at.weight, y + 4, length, rowHeight - 10, { fill: colours.accent });
    surface.text(number(weights[index]), at.weight + length + 5, middle, value);
  }

  paintHeading(surface, at) {
    const colours = theme();
    const { tokens, query, vector, headSize } = this.content;
    surface.rectangle(0, 0, at.end + 16, headingHeight - 2, { fill: colours.surface });
    surface.image(vector, headSize, 1, at.keys, 26, at.stripes, rowHeight - 2, this.colouring().ofVectors);
    const write = (text, x, y, align) => surface.text(text, x, y, { size: 12, colour: colours.muted, align });
    write(`query q of “${fitted(surface, tokens[query].text, at.stripes - 80, 12)}”`, at.keys, 12);
    const y = headingHeight - 14;
    write("key token", at.keys - 6, y, "right");
    write(`keys k, ${headSize} dimensions`, at.keys, y);
    write("products q × k", at.products, y);
    write("q·k / √D", at.score, y, "right");
    write("softmax weight", at.weight, y);
    surface.line(0, headingHeight - 2.5, at.end, headingHeight - 2.5, { colour: colours.line });
  }

  /** The row of the query's own token, or the first. */
  get ownRow() {
    return Math.max(0, this.content.visible.indexOf(this.content.query));
  }

  pointer({ type, x, y }) {
    if (!this.content || !["move", "click", "leave"].includes(type)) return;
    const { visible, headSize } = this.content;
    const at = this.columns(this.stage.width);
    const left = [at.keys, at.products].find((start) => x >= start && x < start + at.stripes);
    const dimension = left === undefined ? null : Math.floor(((x - left) / at.stripes) * headSize);
    const isHeading = y - this.stage.scroller.scrollTop < headingHeight;
    const row = isHeading ? -1 : Math.floor((y - headingHeight) / rowHeight);
    const isRow = row >= 0 && row < visible.length;
    if (type === "click" && isRow) this.context.update({ token: visible[row] });
    else if (type !== "leave" && isRow) this.point({ row, dimension });
    else if (type === "move" && isHeading && dimension !== null) this.point({ row: this.focus?.row ?? this.ownRow, dimension });
    else if (type !== "click") this.point(null);
  }

  key(name) {
    if (!this.content) return false;
    const { visible, headSize } = this.content;
    const focus = this.focus ?? { row: this.ownRow, dimension: null };
    const down = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 }[name];
    const right = { ArrowLeft: -1, ArrowRight: 1 }[name];
    if (down) this.point({ ...focus, row: clamp(focus.row + (this.focus ? down : 0), 0, visible.length - 1) });
    else if (right) this.point({ ...focus, dimension: clamp((focus.dimension ?? (right > 0 ? -1 : headSize)) + right, 0, headSize - 1) });
    else if (name === "Enter" || name === " ") this.context.update({ token: visible[focus.row] });
    else if (name === "Escape") this.point(null);
    else return false;
    if (this.focus) this.stage.reveal(headingHeight + this.focus.row * rowHeight, headingHeight + (this.focus.row + 1) * rowHeight, headingHeight);
    return true;
  }

  point(focus) {
    if (focus?.row === this.focus?.row && focus?.dimension === this.focus?.dimension) return;
    this.focus = focus;
    this.stage.request();
    this.say();
  }

  say() {
    const { tokens, layer, head, query, visible, headSize, vector, keys, products, scores, weights } = this.content;
    const from = `“${tokens[query].text}” (${query})`;
    if (!this.focus) return this.stage.say(`Layer ${layer}, head ${head}: the query of ${from}.`);
    const index = visible[this.focus.row];
    const { dimension } = this.focus;
    const place = index * headSize + dimension;
    const detail = dimension === null ? "" : `Dimension ${dimension}: q ${number(vector[dimension])}, k ${number(keys[place])}, product ${number(products[place])}. `;
    this.stage.say(`${from} → “${tokens[index].text}” (${index}). ${detail}q·k / √${headSize} = ${number(scores[index])}, weight ${number(weights[index], 4)}.`);
  }

  draw(surface) {
    if (!this.content) throw new Error("There is nothing to draw yet.");
    const [width, height] = [Math.max(narrowest, this.stage.width), headingHeight + this.content.visible.length * rowHeight + 4];
    surface.clear(width, height);
    surface.rectangle(0, 0, width, height, { fill: theme().surface });
    this.paint(surface, width, height, 0);
  }

  /** The products of the query with each visible key. */
  data() {
    if (!this.content) throw new Error("There is nothing to save yet.");
    const { tokens, layer, head, query, visible, headSize } = this.content;
    return { name: `products-layer-${layer}-head-${head}-query-${query}`, shape: [visible.length, headSize], values: this.pictures[1], tokens: visible.map((index) => tokens[index].text) };
  }

  destroy() {
    this.latest.cancel();
    this.stage.destroy();
  }
}

export default {
  id: "neuron",
  title: "Neurons",
  description: "How one token's query meets every key: vectors, products, dot products, softmax.",
  uses: ["layer", "hideSpecial"],
  mount: (container, context) => new NeuronView(container, context),
};
