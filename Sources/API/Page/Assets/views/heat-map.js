// A heat map of query tokens by key tokens, with the cell that mouse or keys point at. Rollout and comparison show their matrices with it.

import { theme } from "../colours.js";
import { fitted } from "../surface.js";
import { clamp } from "./parts.js";
import { Stage } from "./stage.js";

const largestCell = 40;
const leastLabelledCell = 10;

export class HeatMap {
  /**
   * `describe(row, column)` gives the readout of a cell, `describe(null)` that of none; `choose(row, column)` is called on Enter and click;
   * `aimed(cell)` on every move, so that maps beside each other can move together.
   */
  constructor(container, { label, help, describe, choose, aimed }) {
    this.describe = describe;
    this.choose = choose;
    this.aimed = aimed;
    this.content = null;
    this.cell = null; // [row, column]
    this.stage = new Stage(container, {
      label, help, className: "heatmap",
      paint: (surface, { width }) => this.paint(surface, 0, width),
      onKey: (event) => this.key(event.key),
      onPointer: (event) => this.pointer(event),
    });
  }

  /** `{ tokens: [string], values: Float32Array of [tokens, tokens], colourOf: value -> [red, green, blue], row? }`; `row`, if 0 or more, is marked. */
  show(content) {
    this.content = content;
    this.widest = Math.max(...content.tokens.map((token) => this.stage.surface.measure(token, 12)));
    if (this.cell) this.cell = this.cell.map((place) => Math.min(place, content.tokens.length - 1));
    this.stage.resize(this.layout(this.stage.width).height);
    this.stage.request();
    this.say();
  }

  layout(width) {
    const { tokens } = this.content;
    const labels = clamp(this.widest + 12, 30, Math.min(136, 0.3 * width));
    const room = Math.min(Math.max(160, width) - labels - 4, 640 - labels);
    const cell = Math.min(largestCell, room / tokens.length);
    const isLabelled = cell >= leastLabelledCell;
    const edge = isLabelled ? labels : 22;
    const size = Math.min(largestCell, (room + labels - edge) / tokens.length) * tokens.length;
    return { edge, size, cell: size / tokens.length, isLabelled, height: edge + size + 4 };
  }

  /** Paints with its left edge at `left`; returns how tall it is. */
  paint(surface, left, width) {
    if (!this.content) return 0;
    const colours = theme();
    const { tokens, values, colourOf, row } = this.content;
    const { edge, size, cell, isLabelled, height } = this.layout(width);
    if (surface === this.stage.surface) this.stage.resize(height);
    surface.image(values, tokens.length, tokens.length, left + edge, edge, size, size, colourOf);
    surface.rectangle(left + edge - 0.5, edge - 0.5, size + 1, size + 1, { stroke: colours.line });
    if (isLabelled) this.labels(surface, left, edge, cell);
    else {
      surface.text("keys →", left + edge, 11, { colour: colours.muted, size: 12 });
      surface.text("← queries", left + 11, edge, { colour: colours.muted, size: 12, rotate: -90, align: "right" });
    }
    if (row >= 0) surface.rectangle(left + edge, edge + row * cell, size, cell, { stroke: colours.accent, width: 2 });
    if (this.cell) {
      const [y, x] = this.cell.map((place) => edge + place * cell);
      surface.rectangle(left + x - 1, y - 1, cell + 2, cell + 2, { stroke: colours.surface, width: 5 });
      surface.rectangle(left + x - 1, y - 1, cell + 2, cell + 2, { stroke: colours.text, width: 2 });
    }
    return height;
  }

  labels(surface, left, edge, cell) {
    const colours = theme();
    const size = clamp(cell - 1, 9, 12);
    this.content.tokens.forEach((token, index) => {
      const middle = edge + (index + 0.5) * cell;
      const text = fitted(surface, token, edge - 10, size);
      const style = (isAimed) => ({ size, colour: isAimed ? colours.text : colours.muted, weight: isAimed ? 700 : 400 });
      surface.text(text, left + edge - 6, middle, { ...style(this.cell?.[0] === index), align: "right" });
      surface.text(text, left + middle, edge - 6, { ...style(this.cell?.[1] === index), rotate: -90 });
    });
  }

  pointer({ type, x, y }) {
    if (!this.content) return;
    if (type === "leave") return this.aim(null);
    if (type !== "move" && type !== "click") return;
    const { edge, cell } = this.layout(this.stage.width);
    const place = [y, x].map((at) => Math.floor((at - edge) / cell));
    const isInside = place.every((one) => one >= 0 && one < this.content.tokens.length);
    this.aim(isInside ? place : null);
    if (type === "click" && isInside) this.choose?.(...place);
  }

  key(name) {
    if (!this.content) return false;
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[name];
    const last = this.content.tokens.length - 1;
    if (move) this.aim(this.cell ? this.cell.map((place, axis) => clamp(place + move[axis], 0, last)) : [Math.max(0, this.content.row ?? 0), 0]);
    else if (name === "Home" || name === "End") this.aim([this.cell?.[0] ?? 0, name === "Home" ? 0 : last]);
    else if ((name === "Enter" || name === " ") && this.cell) this.choose?.(...this.cell);
    else if (name === "Escape") this.aim(null);
    else return false;
    if (this.cell) {
      const { edge, cell } = this.layout(this.stage.width);
      this.stage.reveal(edge + this.cell[0] * cell, edge + (this.cell[0] + 1) * cell);
    }
    return true;
  }

  /** Points at a cell, or at none; `isFollowing` when another map moved. */
  aim(cell, isFollowing = false) {
    if (String(cell) === String(this.cell)) return;
    this.cell = cell;
    this.stage.request();
    if (isFollowing) return;
    this.say();
    this.aimed?.(cell);
  }

  say() {
    this.stage.say(this.cell ? this.describe(...this.cell) : this.describe(null));
  }

  /** Draws the map for a file, and maps `beside` it. */
  draw(surface, ...beside) {
    const maps = [this, ...beside];
    if (!maps.every(({ content }) => content)) throw new Error("There is nothing to draw yet.");
    const widths = maps.map(({ stage }) => clamp(stage.width, 320, 640));
    surface.clear(widths.reduce((sum, width) => sum + width, 0), Math.max(...maps.map((map, index) => map.layout(widths[index]).height)));
    surface.rectangle(0, 0, surface.width, surface.height, { fill: theme().surface });
    maps.forEach((map, index) => map.paint(surface, index * widths[0], widths[index]));
  }

  destroy() {
    this.stage.destroy();
  }
}
