// The matrix view: the weights of the chosen heads as one heat map, queries from top to bottom and keys from left to right.

import { heat, intensity, theme } from "../colours.js";
import { make, number } from "../elements.js";
import { paintMatrix } from "./matrix-painting.js";
import { named, notYet, Reading } from "./reading.js";
import { choice, Stage } from "./stage.js";
import { Viewport } from "./viewport.js";

class MatrixView {
  constructor(container, context) {
    this.context = context;
    this.reading = new Reading(context, () => this.update());
    this.viewport = new Viewport();
    this.combining = "mean";
    this.hover = null; // { row, column } under the mouse
    this.focus = null; // the same, of the keyboard
    this.pointers = new Map(); // pointers that are down, by their id
    this.moved = false;
    this.drawn = "";
    this.#controls(container);
    this.stage = new Stage(container, {
      className: "matrix-view",
      label: "Attention weights as a heat map, queries from top to bottom, keys from left to right",
      help: "Keys: arrows move the cell (with Shift by ten), + and − zoom, 0 shows all, Enter chooses the query, Escape lets go. "
        + "Long texts: the wheel or two fingers zoom, dragging moves.",
      paint: (surface, place) => this.paint(surface, place),
      onKey: (event) => this.key(event),
      onPointer: (pointer) => this.pointer(pointer),
    });
    this.stage.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  #controls(container) {
    this.combine = choice("Several heads", { mean: "their mean", max: "their largest" }, (how) => {
      this.combining = how;
      this.update();
    });
    const button = (text, name, factor) => make("button", { type: "button", "aria-label": name, onclick: () => this.zoom(factor) }, text);
    this.buttons = make("span", { class: "stage-buttons" }, button("+", "Zoom in", 1.5), button("−", "Zoom out", 1 / 1.5), button("Show all", null, 0));
    this.bar = make("div", { class: "stage-bar" }, this.combine, this.buttons);
    container.append(this.bar);
  }

  update() {
    const { reading } = this;
    if (reading.refresh()) {
      this.viewport.reset();
      this.hover = this.focus = null;
      this.drawn = "";
    }
    if (!reading.tokens.length) {
      this.values = null;
      return this.stage.empty();
    }
    const { state } = this.context;
    const ready = reading.ready();
    const drawn = JSON.stringify([ready, reading.layer, reading.heads, this.combining, state.logScale, state.token]);
    if (drawn === this.drawn) return undefined;
    this.drawn = drawn;
    this.combine.hidden = reading.heads.length < 2;
    this.values = ready && reading.heads.length ? this.combined() : null;
    this.show();
    return undefined;
  }

  /** The matrix drawn; the same array as long as layer, heads and options stay. */
  combined() {
    const { reading } = this;
    const key = JSON.stringify([reading.layer, reading.heads, this.combining]);
    if (this.kept?.key !== key || this.kept.shown !== reading.shown) {
      const values = reading.shown.combined(reading.layer, reading.heads, this.combining);
      let maximum = 0;
      for (const value of values) maximum = Math.max(maximum, value);
      this.kept = { key, shown: reading.shown, values, maximum };
    }
    return this.kept.values;
  }

  /** How values are coloured; the same function as long as scale and theme stay, so that the picture is made once only. */
  colouring() {
    const { dark } = theme();
    const { logScale } = this.context.state;
    const { maximum } = this.kept;
    if (this.colours?.maximum !== maximum || this.colours.dark !== dark || this.colours.logScale !== logScale) {
      this.colours = { maximum, dark, logScale, of: (value) => heat(intensity(value, maximum, logScale), dark) };
    }
    return this.colours.of;
  }

  // Painting

  paint(surface, { width, whole, limit }) {
    if (!this.values) return;
    const viewport = whole ?? this.viewport;
    const place = paintMatrix(surface, {
      width,
      limit: limit ?? this.stage.limit,
      tokens: this.reading.tokens,
      values: this.values,
      viewport,
      maximum: this.kept.maximum,
      logScale: this.context.state.logScale,
      colourOf: this.colouring(),
      isFile: Boolean(whole),
      active: whole ? null : this.active,
      chosen: this.reading.place(this.context.state.token),
    });
    if (whole) return;
    this.place = place;
    this.buttons.hidden = viewport.mostZoom < 1.2;
    this.stage.element.classList.toggle("is-zoomed", viewport.zoomed);
    this.stage.resize(place.height);
  }

  get active() {
    return this.hover ?? this.focus;
  }

  show() {
    if (!this.stage.contentHeight) this.stage.resize(this.stage.limit);
    this.stage.request();
    this.stage.say(() => this.sentence());
  }

  sentence() {
    const { reading, active } = this;
    const { heads, tokens, layer } = reading;
    if (!heads.length) return "No head is chosen: choose one above.";
    if (!this.values) return `Reading layer ${layer} …`;
    const list = heads.length > 8 ? `${heads.length} heads` : `heads ${heads.join(", ")}`;
    const what = heads.length === 1 ? `head ${heads[0]}` : `${this.combining === "mean" ? "mean" : "largest"} of ${list}`;
    if (!active) return `Layer ${layer}, ${what}: ${tokens.length} tokens, largest weight ${number(this.kept.maximum)}.`;
    const weight = number(this.values[active.row * tokens.length + active.column]);
    const each = heads.length > 1 && heads.length <= 12
      ? ` Each: ${heads.map((head) => `${head}: ${number(reading.matrix(head)[active.row * tokens.length + active.column])}`).join(", ")}.`
      : "";
    return `${named(tokens[active.row])} looks at ${named(tokens[active.column])}: ${weight} (layer ${layer}, ${what}).${each}`;
  }

  // Mouse, fingers and keys

  pointer({ type, x, y, event }) {
    if (!this.place) return;
    const at = { x: x - this.place.x, y: y - this.place.y };
    if (type === "down") {
      this.pointers.set(event.pointerId, at);
      this.moved = this.pointers.size > 1;
    } else if (type === "up" || type === "leave") {
      this.pointers.delete(event?.pointerId);
      this.stage.element.classList.remove("is-dragged");
      if (type === "leave") this.point(null);
    } else if (type === "move") {
      if (this.pointers.has(event.pointerId)) this.pull(event, at);
      else if (event.pointerType !== "touch") this.point(this.viewport.at(at.x, at.y));
    } else if (type === "click" && !this.moved) {
      const cell = this.viewport.at(at.x, at.y);
      this.focus = cell;
      this.choose(cell?.row ?? null);
    }
  }

  /** One pointer drags the matrix, two zoom it. */
  pull(event, at) {
    const before = this.pointers.get(event.pointerId);
    if (!this.moved && Math.hypot(at.x - before.x, at.y - before.y) < 4) return;
    const other = [...this.pointers].find(([identifier]) => identifier !== event.pointerId)?.[1];
    if (other) {
      const distance = Math.hypot(before.x - other.x, before.y - other.y);
      if (distance > 0) this.viewport.zoomBy(Math.hypot(at.x - other.x, at.y - other.y) / distance, (at.x + other.x) / 2, (at.y + other.y) / 2);
    } else if (this.viewport.zoomed) {
      if (!this.moved) this.stage.canvas.setPointerCapture(event.pointerId);
      this.stage.element.classList.add("is-dragged");
      this.viewport.drag(at.x - before.x, at.y - before.y);
    }
    this.moved = true;
    this.hover = null;
    this.pointers.set(event.pointerId, at);
    this.stage.request();
  }

  /** The wheel zooms where there is anything to zoom, and scrolls the page otherwise; a trackpad's pinch is a wheel with Control. */
  wheel(event) {
    if (!this.place || (this.viewport.mostZoom < 2 && !event.ctrlKey)) return;
    const box = this.stage.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left - this.place.x, event.clientY - box.top + this.stage.scroller.scrollTop - this.place.y];
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
    const changed = this.viewport.at(x, y) && this.viewport.zoomBy(Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.002)), x, y);
    if (!changed && !event.ctrlKey) return;
    event.preventDefault();
    this.point(this.viewport.at(x, y));
    this.stage.request();
  }

  zoom(factor) {
    const { viewport, focus } = this;
    if (factor === 0) viewport.reset();
    else if (focus) viewport.zoomBy(factor, (focus.column + 0.5 - viewport.column) * viewport.cell, (focus.row + 0.5 - viewport.row) * viewport.cell);
    else viewport.zoomBy(factor);
    this.stage.request();
  }

  point(cell) {
    if (cell?.row === this.hover?.row && cell?.column === this.hover?.column) return;
    this.hover = cell;
    this.show();
  }

  choose(row) {
    this.context.update({ token: row === null ? null : this.reading.tokens[row].indices[0] });
    this.show();
  }

  key(event) {
    const last = this.reading.tokens.length - 1;
    if (last < 0) return false;
    const step = event.shiftKey ? 10 : 1;
    const moves = { ArrowUp: [-step, 0], ArrowDown: [step, 0], ArrowLeft: [0, -step], ArrowRight: [0, step],
      Home: [0, -last], End: [0, last], PageUp: [-last, 0], PageDown: [last, 0] };
    if (event.key in moves) {
      const from = this.active ?? { row: this.reading.place(this.context.state.token) ?? 0, column: 0 };
      const [rows, columns] = this.active ? moves[event.key] : [0, 0];
      this.focus = { row: Math.min(last, Math.max(0, from.row + rows)), column: Math.min(last, Math.max(0, from.column + columns)) };
      this.hover = null;
      this.viewport.reveal(this.focus);
      const top = this.place ? this.place.y + (this.focus.row - this.viewport.row) * this.viewport.cell : 0;
      if (this.place) this.stage.reveal(top, top + this.viewport.cell);
    } else if (event.key === "+" || event.key === "=") this.zoom(1.5);
    else if (event.key === "-") this.zoom(1 / 1.5);
    else if (event.key === "0") this.zoom(0);
    else if (event.key === "Enter" || event.key === " ") this.choose(this.active?.row ?? null);
    else if (event.key === "Escape") {
      this.focus = this.hover = null;
      this.choose(null);
    } else return false;
    this.show();
    return true;
  }

  // What the page exports

  draw(surface) {
    if (!this.values) throw new Error(notYet);
    this.paint(surface, { width: 1000, limit: 1000, whole: new Viewport() });
  }

  data() {
    if (!this.values) throw new Error(notYet);
    const { layer, heads, tokens } = this.reading;
    return {
      name: `attention-layer-${layer}-heads-${heads.join("-")}${heads.length > 1 ? `-${this.combining}` : ""}`,
      shape: [tokens.length, tokens.length],
      values: this.values,
      tokens: tokens.map((token) => token.text),
    };
  }

  destroy() {
    this.stage.destroy();
    this.bar.remove();
  }
}

export default {
  id: "matrix",
  title: "Matrix",
  description: "The weights as a heat map, tokens on both axes.",
  mount: (container, context) => new MatrixView(container, context),
};
