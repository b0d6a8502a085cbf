// The head view: tokens twice, queries left and keys right, and lines from each query to the keys that it looks at.

import { headColour, theme } from "../colours.js";
import { make, number } from "../elements.js";
import { budget } from "./head-lines.js";
import { heading, paintHeads, weightOf } from "./head-painting.js";
import { named, namedHeads, notYet, Reading } from "./reading.js";
import { Stage } from "./stage.js";

class HeadView {
  constructor(container, context) {
    this.context = context;
    this.reading = new Reading(context, () => this.update());
    this.hover = null; // { side: "left" | "right", index } under the mouse
    this.focus = null; // the same, of the keyboard
    this.chosen = null; // the same, held until Escape
    this.alone = null; // the head that the mouse has singled out in the legend
    this.drawn = "";
    this.leftOut = 0; // lines that were too many in the last painting
    this.legend = make("ul", { class: "head-legend", "aria-label": "Colours of the heads drawn" });
    container.append(this.legend);
    this.stage = new Stage(container, {
      className: "head-view",
      label: "Attention from queries, on the left, to keys, on the right",
      help: "Point at a token on the left to see where it looks, on the right to see who looks at it. "
        + "Keys: up and down move, left and right change sides, Enter holds a token, Escape lets go.",
      paint: (surface, place) => this.paint(surface, place),
      onKey: (event) => this.key(event),
      onPointer: (pointer) => this.pointer(pointer),
    });
  }

  update() {
    if (this.reading.refresh()) {
      this.hover = this.focus = this.chosen = null;
      this.stage.scroller.scrollTop = 0;
      this.drawn = "";
    }
    const { state } = this.context;
    const size = this.reading.tokens.length;
    if (!size) return this.stage.empty();
    const ready = this.reading.ready();
    const place = this.reading.place(state.token);
    if (place === null) this.chosen = null;
    else if (this.chosen?.index !== place) this.chosen = { side: "left", index: place };
    const drawn = JSON.stringify([ready, this.reading.layer, this.reading.heads, state.threshold, state.logScale, this.chosen]);
    if (drawn === this.drawn) return undefined;
    this.drawn = drawn;
    this.stage.resize(heading + size * this.row + 6);
    this.showLegend();
    this.show();
    return undefined;
  }

  get row() {
    return this.reading.tokens.length > 64 ? 20 : this.reading.tokens.length > 16 ? 24 : 30;
  }

  /** The token that the lines are of, or null for all. */
  get active() {
    if (this.hover && this.chosen && this.hover.side !== this.chosen.side) return this.chosen;
    return this.hover ?? this.focus ?? this.chosen;
  }

  /** The key that a chosen query, or the query that a chosen key, is looked at together with. */
  get partner() {
    return this.active && this.hover && this.hover.side !== this.active.side ? this.hover : null;
  }

  matrices() {
    const heads = this.reading.heads.filter((head) => this.alone === null || head === this.alone);
    return heads.map((head) => ({ head, matrix: this.reading.matrix(head) }));
  }

  weight(matrix, token, other) {
    return weightOf(matrix, this.reading.tokens.length, token, other);
  }

  // Painting

  paint(surface, sight) {
    const { reading, active, partner, row, context: { state } } = this;
    const { tokens } = reading;
    if (!tokens.length) return;
    const matrices = reading.ready() ? this.matrices() : [];
    const scene = { ...sight, tokens, row, matrices, heads: reading.heads, threshold: state.threshold, logScale: state.logScale,
      active: matrices.length ? active : null, partner };
    const place = paintHeads(surface, scene);
    if (sight.isFile) return;
    this.place = place;
    if (active || sight.isHurried || this.leftOut === place.left) return;
    this.leftOut = place.left;
    this.stage.say(() => this.sentence());
  }

  // The readout and the legend

  show() {
    this.stage.request();
    this.stage.say(() => this.sentence());
  }

  sentence() {
    const { reading, active, partner } = this;
    if (!reading.heads.length) return "No head is chosen: choose one above.";
    if (!reading.ready()) return `Reading layer ${reading.layer} …`;
    const layer = `Layer ${reading.layer}, ${namedHeads(reading.heads)}.`;
    if (!active) return `${layer} Point at a token to see its weights${this.leftOut ? `; of all lines in sight the ${budget} strongest are drawn` : ""}.`;
    const matrices = this.matrices();
    const token = named(reading.tokens[active.index]);
    if (partner) {
      const weights = matrices.map(({ head, matrix }) => `head ${head}: ${number(this.weight(matrix, active, partner.index))}`);
      const other = named(reading.tokens[partner.index]);
      return `${active.side === "left" ? `${token} looks at ${other}` : `${other} looks at ${token}`}: ${weights.join(", ")}.`;
    }
    const means = new Float32Array(reading.tokens.length);
    for (const { matrix } of matrices) means.forEach((_, other) => (means[other] += this.weight(matrix, active, other) / matrices.length));
    const best = reading.tokens.map((_, other) => other).sort((a, b) => means[b] - means[a] || a - b).slice(0, 6).filter((other) => means[other] > 0);
    const list = best.map((other) => `${named(reading.tokens[other])} ${number(means[other])}`).join(", ") || "nothing that is shown";
    const mean = matrices.length > 1 ? `, mean of ${matrices.length} heads` : "";
    return `${active.side === "left" ? `${token} looks at` : `${token} is looked at by`}: ${list}${mean}.`;
  }

  showLegend() {
    const heads = this.reading.heads;
    this.alone = null;
    if (heads.join() === this.legendHeads) return;
    this.legendHeads = heads.join();
    this.legend.replaceChildren(...heads.map((head) => {
      const swatch = make("span", { class: "head-swatch" });
      swatch.style.background = headColour(head);
      return make("li", { onpointerenter: () => this.single(head), onpointerleave: () => this.single(null) }, swatch, `head ${head}`);
    }));
  }

  single(head) {
    this.alone = head;
    this.show();
  }

  // Mouse and keys

  pointer({ type, x, y, event }) {
    if (type === "leave") return this.point(null);
    const token = this.tokenAt(x, y);
    if (type === "move" && event.pointerType !== "touch") this.point(token);
    if (type === "click") {
      this.focus = null;
      this.choose(token && this.chosen && token.side === this.chosen.side && token.index === this.chosen.index ? null : token);
    }
    return undefined;
  }

  tokenAt(x, y) {
    if (!this.place || y - this.stage.scroller.scrollTop < heading - 4) return null;
    const index = Math.floor((y - heading) / this.row);
    if (index < 0 || index >= this.reading.tokens.length) return null;
    if (x >= this.place.outerLeft - 8 && x <= this.place.start + 6) return { side: "left", index };
    if (x >= this.place.end - 6 && x <= this.place.outerRight + 8) return { side: "right", index };
    return null;
  }

  point(token) {
    if (token?.side === this.hover?.side && token?.index === this.hover?.index) return;
    this.hover = token;
    this.stage.canvas.style.cursor = token ? "pointer" : "default";
    this.show();
  }

  choose(token) {
    this.chosen = token;
    this.context.update({ token: token ? this.reading.tokens[token.index].indices[0] : null });
    this.show();
  }

  key(event) {
    const last = this.reading.tokens.length - 1;
    if (last < 0) return false;
    const at = this.focus ?? this.chosen ?? { side: "left", index: -1 };
    const moves = { ArrowDown: at.index + 1, ArrowUp: at.index - 1, PageDown: at.index + 12, PageUp: at.index - 12, Home: 0, End: last };
    if (event.key in moves) this.focus = { side: at.side, index: Math.min(last, Math.max(0, moves[event.key])) };
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      this.focus = { side: event.key === "ArrowLeft" ? "left" : "right", index: Math.max(0, at.index) };
    } else if ((event.key === "Enter" || event.key === " ") && this.focus) {
      const { focus } = this;
      this.focus = null;
      this.choose(focus);
      return true;
    } else if (event.key === "Escape") {
      this.focus = this.hover = null;
      this.choose(null);
      return true;
    } else return false;
    this.hover = null;
    const top = heading + this.focus.index * this.row;
    this.stage.reveal(top, top + this.row + 6, heading);
    this.show();
    return true;
  }

  // What the page exports

  draw(surface) {
    const width = Math.max(480, Math.min(960, this.stage.width));
    const legend = 26;
    const height = this.stage.contentHeight;
    surface.clear(width, height + legend);
    surface.rectangle(0, 0, width, height + legend, { fill: theme().surface });
    this.paint(surface, { width, height, scrollTop: 0, isFile: true });
    let x = 8;
    const heads = this.reading.lens ? this.reading.heads : [];
    const title = heads.length ? `layer ${this.reading.layer}:` : "";
    surface.text(title, x, height + 12, { colour: theme().muted, size: 12 });
    x += surface.measure(title, 12) + 10;
    for (const head of heads) {
      surface.rectangle(x, height + 7, 10, 10, { fill: headColour(head) });
      surface.text(String(head), x + 14, height + 12, { colour: theme().text, size: 12 });
      x += 24 + surface.measure(String(head), 12);
    }
  }

  data() {
    const { reading } = this;
    if (!reading.ready()) throw new Error(notYet);
    const size = reading.tokens.length;
    const values = new Float32Array(reading.heads.length * size * size);
    reading.heads.forEach((head, at) => values.set(reading.matrix(head), at * size * size));
    return {
      name: `attention-layer-${reading.layer}-heads-${reading.heads.join("-")}`,
      shape: [reading.heads.length, size, size],
      values,
      tokens: reading.tokens.map((token) => token.text),
    };
  }

  destroy() {
    this.stage.destroy();
    this.legend.remove();
  }
}

export default {
  id: "head",
  title: "Heads",
  description: "Lines from each token to the tokens it looks at, in the colours of the heads.",
  mount: (container, context) => new HeadView(container, context),
};
