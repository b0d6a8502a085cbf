// The model view: every head of every layer as a small heat map. Layers are read one after the other, those in sight first.

import { heat, intensity, theme } from "../colours.js";
import { make, number } from "../elements.js";
import { pooled, strongestPair } from "./pooling.js";
import { named, notYet, Reading } from "./reading.js";
import { choice, Stage } from "./stage.js";

const heading = 26;
const gap = 6;
/** A thumbnail has at most as many values along each side. */
const finest = 96;
/** Milliseconds of a frame given to making thumbnails. */
const slice = 8;

class ModelView {
  constructor(container, context) {
    this.context = context;
    this.reading = new Reading(context, () => {});
    this.thumbnails = new Map(); // layer -> [{ values, side, maximum, strongest, colourOf }], by the head's place
    this.opens = "matrix";
    this.hover = null; // { layer, head } as places in the model's lists
    this.focus = null;
    this.run = 0; // grows whenever thumbnails are out of date, which ends the filling that was under way
    this.filling = false;
    this.failed = false;
    this.drawn = "";
    this.progress = make("progress", { "aria-label": "Layers read" });
    this.status = make("span", { class: "stage-status" });
    this.bar = make("div", { class: "stage-bar" },
      choice("A click opens", { matrix: "the matrix", head: "the head’s lines" }, (view) => { this.opens = view; }), this.progress, this.status);
    container.append(this.bar);
    this.stage = new Stage(container, {
      className: "model-view",
      label: "Heads of all layers as small heat maps, layers from top to bottom, heads from left to right",
      help: "Each square is a head: queries from top to bottom, keys from left to right, coloured up to the head's own largest weight. "
        + "Keys: arrows move, Enter opens the head.",
      paint: (surface, place) => this.paint(surface, place),
      onKey: (event) => this.key(event),
      onPointer: (pointer) => this.pointer(pointer),
    });
  }

  update() {
    if (this.reading.refresh()) this.restart();
    const { state } = this.context;
    const drawn = JSON.stringify([state.layer, state.heads, state.logScale]);
    if (drawn !== this.drawn) {
      this.drawn = drawn;
      this.show();
    }
  }

  restart() {
    this.run += 1;
    this.thumbnails.clear();
    this.failed = false;
    this.show();
  }

  // Filling

  /** Reads layers until none in sight is without thumbnails. */
  async fill() {
    if (this.filling || this.failed || this.next() === undefined) return;
    this.filling = true;
    const { run } = this;
    try {
      for (let layer = this.next(); layer !== undefined && run === this.run; layer = this.next()) {
        await this.read(layer, run);
      }
    } catch (error) {
      if (run === this.run) {
        this.failed = true;
        this.context.showError(error);
      }
    }
    this.filling = false;
    this.showProgress();
    if (run !== this.run) this.fill();
  }

  /** The first layer in sight that has no thumbnails. */
  next() {
    if (!this.place || !this.reading.tokens.length) return undefined;
    const { scrollTop } = this.stage.scroller;
    const height = Math.min(this.stage.limit, this.stage.contentHeight);
    return this.reading.lens.layers.find((layer, row) => {
      const top = heading + row * this.place.pitch;
      return !this.thumbnails.has(layer) && top < scrollTop + height && top + this.place.side > scrollTop;
    });
  }

  async read(layer, run) {
    const { lens } = this.reading;
    await lens.load({ layers: [layer] });
    const size = this.reading.tokens.length;
    const made = [];
    let started = performance.now();
    for (const head of lens.heads) {
      if (run !== this.run) return;
      const matrix = this.reading.shown.matrix(layer, head);
      const side = Math.min(size, finest);
      const values = pooled(matrix, size, side);
      let maximum = 0;
      for (const value of values) maximum = Math.max(maximum, value);
      made.push({ values, side, maximum, strongest: strongestPair(matrix, size) });
      if (performance.now() - started > slice) {
        await new Promise(requestAnimationFrame);
        started = performance.now();
      }
    }
    if (run !== this.run) return;
    this.thumbnails.set(layer, made);
    this.show();
  }

  // Painting

  layout(width) {
    const heads = this.reading.lens.heads.length;
    const label = width < 560 ? 30 : 64;
    const pitch = Math.max(22, Math.min(112, Math.floor((width - label) / heads)));
    return { label, pitch, side: pitch - (pitch > 40 ? gap : 2) };
  }

  show() {
    if (!this.reading.tokens.length) {
      this.stage.empty();
      return;
    }
    if (!this.stage.contentHeight) this.stage.resize(this.stage.limit);
    this.stage.request();
    this.stage.say(() => this.sentence());
    this.showProgress();
  }

  showProgress() {
    const all = this.reading.lens?.layers.length ?? 0;
    const count = this.thumbnails.size;
    this.progress.max = Math.max(1, all);
    this.progress.value = count;
    this.progress.hidden = count === all;
    this.status.textContent = count < all ? `${count} of ${all} layers read${this.filling ? "" : "; scroll for more"}` : "";
  }

  paint(surface, { width, height, scrollTop, whole }) {
    const { lens } = this.reading;
    if (!lens || !this.reading.tokens.length) return;
    const place = this.layout(width);
    if (!whole) {
      this.place = place;
      this.stage.resize(heading + lens.layers.length * place.pitch + 4);
    }
    const first = Math.max(0, Math.floor((scrollTop - heading) / place.pitch));
    const last = Math.min(lens.layers.length - 1, Math.floor((scrollTop + height - heading) / place.pitch));
    for (let row = first; row <= last; row += 1) {
      const y = heading + row * place.pitch - scrollTop;
      const text = place.label > 40 ? `layer ${lens.layers[row]}` : String(lens.layers[row]);
      this.label(surface, text, place.label - 8, y + place.side / 2, "right", lens.layers[row] === this.context.state.layer);
      for (let column = 0; column < lens.heads.length; column += 1) this.paintHead(surface, place, row, column, y);
    }
    surface.rectangle(0, 0, width, heading - 4, { fill: theme().surface });
    lens.heads.forEach((head, column) => {
      const text = place.pitch > 56 ? `head ${head}` : String(head);
      const chosen = this.context.state.heads?.includes(head) && this.context.state.heads.length < lens.heads.length;
      this.label(surface, text, place.label + column * place.pitch + place.side / 2, 12, "center", chosen);
    });
    if (!whole) this.fill();
  }

  label(surface, text, x, y, align, strong) {
    surface.text(text, x, y, { colour: strong ? theme().text : theme().muted, align, size: 12, weight: strong ? 600 : 400 });
  }

  paintHead(surface, place, row, column, y) {
    const { state } = this.context;
    const colours = theme();
    const x = place.label + column * place.pitch;
    const thumbnail = this.thumbnails.get(this.reading.lens.layers[row])?.[column];
    if (thumbnail) {
      surface.image(thumbnail.values, thumbnail.side, thumbnail.side, x, y, place.side, place.side, this.colouring(thumbnail, state.logScale, colours.dark));
    } else {
      surface.rectangle(x, y, place.side, place.side, { fill: colours.background });
    }
    surface.rectangle(x - 0.5, y - 0.5, place.side + 1, place.side + 1, { stroke: colours.line });
    const marked = this.active && this.active.layer === row && this.active.head === column;
    if (marked) surface.rectangle(x - 2, y - 2, place.side + 4, place.side + 4, { stroke: colours.accent, width: 2.5, radius: 3 });
  }

  /** The thumbnail's colouring; the same function as long as scale and theme stay, so that it is drawn once only. */
  colouring(thumbnail, logScale, dark) {
    if (!thumbnail.colourOf || thumbnail.logScale !== logScale || thumbnail.dark !== dark) {
      Object.assign(thumbnail, {
        logScale,
        dark,
        colourOf: (value) => heat(intensity(value, thumbnail.maximum, logScale), dark),
      });
    }
    return thumbnail.colourOf;
  }

  get active() {
    return this.hover ?? this.focus;
  }

  sentence() {
    const { lens, tokens } = this.reading;
    if (!this.active) return `${lens.layers.length} layers of ${lens.heads.length} heads, ${tokens.length} tokens. Point at a head to read its strongest weight.`;
    const layer = lens.layers[this.active.layer];
    const head = lens.heads[this.active.head];
    const thumbnail = this.thumbnails.get(layer)?.[this.active.head];
    if (!thumbnail) return `Layer ${layer}, head ${head}: not read yet.`;
    const { weight, query, key } = thumbnail.strongest;
    return `Layer ${layer}, head ${head}: strongest weight ${number(weight)}, ${named(tokens[query])} looks at ${named(tokens[key])}.`;
  }

  // Mouse and keys

  pointer({ type, x, y }) {
    const hover = type === "leave" ? null : this.headAt(x, y);
    if (hover?.layer !== this.hover?.layer || hover?.head !== this.hover?.head) {
      this.hover = hover;
      this.stage.canvas.style.cursor = hover ? "pointer" : "default";
      this.show();
    }
    if (type === "click" && hover) this.open(hover);
  }

  headAt(x, y) {
    if (!this.place || !this.reading.lens || y - this.stage.scroller.scrollTop < heading) return null;
    const head = Math.floor((x - this.place.label) / this.place.pitch);
    const layer = Math.floor((y - heading) / this.place.pitch);
    const { heads, layers } = this.reading.lens;
    return head >= 0 && head < heads.length && layer >= 0 && layer < layers.length ? { layer, head } : null;
  }

  key(event) {
    const { lens } = this.reading;
    if (!lens) return false;
    const at = this.focus ?? this.hover ?? { layer: Math.max(0, lens.layers.indexOf(this.context.state.layer)), head: 0 };
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -lens.heads.length],
      End: [0, lens.heads.length], PageUp: [-lens.layers.length, 0], PageDown: [lens.layers.length, 0] };
    if (event.key in steps) {
      const [layers, heads] = this.focus || this.hover ? steps[event.key] : [0, 0];
      this.focus = {
        layer: Math.min(lens.layers.length - 1, Math.max(0, at.layer + layers)),
        head: Math.min(lens.heads.length - 1, Math.max(0, at.head + heads)),
      };
    } else if ((event.key === "Enter" || event.key === " ") && this.active) {
      this.open(this.active);
      return true;
    } else if (event.key === "Escape") {
      this.focus = null;
    } else return false;
    this.hover = null;
    if (this.focus) {
      const top = heading + this.focus.layer * this.place.pitch;
      this.stage.reveal(top, top + this.place.pitch, heading);
    }
    this.show();
    return true;
  }

  open({ layer, head }) {
    const { lens } = this.reading;
    this.context.update({ layer: lens.layers[layer], heads: [lens.heads[head]], view: this.opens });
    this.context.announce(`Layer ${lens.layers[layer]}, head ${lens.heads[head]}`);
  }

  // What the page exports

  draw(surface) {
    if (!this.reading.lens) return;
    const width = Math.max(640, this.stage.width);
    const height = heading + this.reading.lens.layers.length * this.layout(width).pitch + 4;
    surface.clear(width, height);
    surface.rectangle(0, 0, width, height, { fill: theme().surface });
    this.paint(surface, { width, height, scrollTop: 0, whole: true });
  }

  /** The thumbnails of the layers read, in the order of the model. */
  data() {
    const { lens, tokens } = this.reading;
    const layers = lens ? lens.layers.filter((layer) => this.thumbnails.has(layer)) : [];
    if (!layers.length) throw new Error(notYet);
    const { side } = this.thumbnails.get(layers[0])[0];
    const values = new Float32Array(layers.length * lens.heads.length * side * side);
    layers.forEach((layer, row) => this.thumbnails.get(layer).forEach((thumbnail, column) => (
      values.set(thumbnail.values, (row * lens.heads.length + column) * side * side))));
    const name = `attention-layers-${layers.join("-")}${side < tokens.length ? "-pooled" : ""}`;
    return { name, shape: [layers.length, lens.heads.length, side, side], values, tokens: tokens.map((token) => token.text) };
  }

  destroy() {
    this.run += 1;
    this.failed = true;
    this.stage.destroy();
    this.bar.remove();
  }
}

export default {
  id: "model",
  title: "Model",
  description: "Every head of every layer as a small heat map.",
  mount: (container, context) => new ModelView(container, context),
};
