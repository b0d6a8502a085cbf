// All heads of the model as points in a plane: how far they look and how widely, coloured by what they attend to most.

import { headColour, theme } from "../colours.js";
import { make } from "../elements.js";
import { NumbersTable } from "./numbers-table.js";
import { Latest, clamp, number } from "./parts.js";
import { Stage } from "./stage.js";

/** What a head may attend to most, with the mark that tells it without its colour. */
const kinds = [
  { name: "first", text: "first token", mark: "F" },
  { name: "separators", text: "separators", mark: "S" },
  { name: "previous", text: "previous token", mark: "P" },
  { name: "same", text: "same token", mark: "O" },
  { name: "next", text: "next token", mark: "N" },
].map((kind, index) => ({ ...kind, colour: () => headColour(index) }));
const none = { name: "none", text: "none of these (all below 30 %)", mark: "", colour: () => theme().muted };
const leastShare = 0.3;

const height = 460;
const margin = { left: 58, right: 18, top: 16, bottom: 50 };
const radius = 8;

/** What most of a head's attention goes to. */
function kindOf(statistics) {
  const best = kinds.reduce((most, kind) => (statistics[kind.name] > statistics[most.name] ? kind : most));
  return statistics[best.name] < leastShare ? none : best;
}

/** Steps of 1, 2 or 5 times a power of ten, about `count` of them up to `most`. */
function ticks(most, count) {
  const power = 10 ** Math.floor(Math.log10(most / count));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= most / count);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => Number((index * step).toPrecision(3)));
}

class StatisticsView {
  latest = new Latest();
  points = []; // { layer, head, statistics, kind }
  focus = null;

  constructor(container, context) {
    this.context = context;
    this.legend = make("ul", { class: "statistics-legend", "aria-label": "What heads attend to most" });
    const frame = make("div");
    this.table = new NumbersTable("Heads as layer.head, with the mean shares of attention to certain tokens", [
      { title: "Head", value: ({ layer, head }) => layer * 1000 + head, cell: (point) => this.link(point) },
      ...[["Entropy (nats)", "entropy"], ["Mean distance (tokens)", "mean_distance"], ...kinds.map(({ text, name }) => [text, name])].map(
        ([title, name]) => ({ title, value: ({ statistics }) => statistics[name], cell: ({ statistics }) => number(statistics[name]) })),
      { title: "most to", value: ({ kind }) => kind.name },
    ]);
    container.append(this.legend, frame, this.table.root);
    this.stage = new Stage(frame, {
      label: "Heads by mean distance and entropy", className: "statistics",
      help: "Left and right go through the heads of a layer, up and down through layers; Enter or a click opens the head, Escape lets go.",
      paint: (surface, { width }) => this.paint(surface, width),
      onKey: ({ key }) => this.key(key),
      onPointer: (event) => this.pointer(event),
    });
  }

  link(point) {
    const name = `${point.layer}.${point.head}`;
    return make("button", { type: "button", class: "quiet", "aria-label": `${name}, open this head`, onclick: () => this.choose(point) }, name);
  }

  update() {
    const lens = this.context.lens();
    if (!lens) return;
    this.stage.request();
    if (lens === this.lens) return;
    this.lens = lens;
    this.stage.say("Computing the statistics of all heads …");
    this.latest.run(() => lens.load({ layers: lens.layers, weights: false, statistics: true }), () => this.show(lens), this.context.showError);
  }

  show(lens) {
    this.points = lens.layers.flatMap((layer) => lens.heads.map((head) => {
      const statistics = lens.statistics(layer, head);
      return { layer, head, statistics, kind: kindOf(statistics) };
    }));
    this.focus = null;
    const most = (name) => 1.06 * Math.max(0.5, ...this.points.map(({ statistics }) => statistics[name]));
    this.most = { distance: most("mean_distance"), entropy: most("entropy") };
    this.legend.replaceChildren(...[...kinds, none].map((kind) => {
      const mark = make("span", { class: "mark", "aria-hidden": "true" }, kind.mark);
      mark.style.backgroundColor = kind === none ? "var(--muted)" : `var(--head-${kinds.indexOf(kind)})`;
      return make("li", {}, mark, `${kind.text}: ${this.points.filter((point) => point.kind === kind).length}`);
    }));
    this.table.show(this.points);
    this.stage.resize(height);
    this.stage.request();
    this.say();
  }

  place({ statistics }, width) {
    return [
      margin.left + (statistics.mean_distance / this.most.distance) * (width - margin.left - margin.right),
      height - margin.bottom - (statistics.entropy / this.most.entropy) * (height - margin.top - margin.bottom),
    ];
  }

  paint(surface, width) {
    if (this.points.length === 0) return;
    const { state } = this.context;
    const colours = theme();
    this.paintAxes(surface, width);
    const isChosen = ({ layer, head }) => layer === state.layer && (state.heads?.includes(head) ?? false);
    const order = (point) => (point === this.focus ? 2 : isChosen(point) ? 1 : 0);
    for (const point of this.points.toSorted((one, other) => order(one) - order(other))) {
      const [x, y] = this.place(point, width);
      surface.circle(x, y, radius, { fill: point.kind.colour(), stroke: colours.surface });
      surface.text(point.kind.mark, x, y + 0.5, { colour: colours.surface, size: 10, weight: 700, align: "center" });
      if (isChosen(point)) surface.circle(x, y, radius + 2, { stroke: colours.text, width: 2 });
      if (point === this.focus) {
        surface.circle(x, y, radius + 4, { stroke: colours.accent, width: 3 });
        const isRight = x > width - 70;
        surface.text(`${point.layer}.${point.head}`, x + (isRight ? -16 : 16), y, { colour: colours.text, weight: 700, align: isRight ? "right" : "left" });
      }
    }
  }

  paintAxes(surface, width) {
    const colours = theme();
    const [right, bottom] = [width - margin.right, height - margin.bottom];
    const label = { colour: colours.muted, size: 12 };
    for (const value of ticks(this.most.distance, Math.max(3, width / 90))) {
      const [x] = this.place({ statistics: { mean_distance: value } }, width);
      surface.line(x, margin.top, x, bottom, { colour: colours.line });
      surface.text(String(value), x, bottom + 13, { ...label, align: "center" });
    }
    for (const value of ticks(this.most.entropy, 6)) {
      const [, y] = this.place({ statistics: { entropy: value } }, width);
      surface.line(margin.left, y, right, y, { colour: colours.line });
      surface.text(String(value), margin.left - 8, y, { ...label, align: "right" });
    }
    const title = { colour: colours.text, align: "center" };
    surface.text("mean distance (tokens)", (margin.left + right) / 2, height - 14, title);
    surface.text("entropy (nats)", 16, (margin.top + bottom) / 2, { ...title, rotate: -90 });
  }

  pointer({ type, x, y }) {
    if (this.points.length === 0 || !["move", "click", "leave"].includes(type)) return;
    const distance = (point) => {
      const [left, top] = this.place(point, this.stage.width);
      return Math.hypot(left - x, top - y);
    };
    const nearest = this.points.reduce((best, point) => (distance(point) < distance(best) ? point : best));
    this.point(type !== "leave" && distance(nearest) < 14 ? nearest : null);
    if (type === "click" && this.focus) this.choose(this.focus);
  }

  key(name) {
    if (this.points.length === 0) return false;
    const { layers, heads } = this.lens;
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[name];
    if (move) {
      // The first key begins at the head that is chosen.
      const { layer, head } = this.focus ?? { layer: this.context.state.layer, head: this.context.state.heads?.[0] };
      const [down, right] = this.focus ? move : [0, 0];
      const row = clamp(layers.indexOf(layer) + down, 0, layers.length - 1);
      const column = clamp(heads.indexOf(head) + right, 0, heads.length - 1);
      this.point(this.points[row * heads.length + column]);
    } else if ((name === "Enter" || name === " ") && this.focus) this.choose(this.focus);
    else if (name === "Escape") this.point(null);
    else return false;
    return true;
  }

  point(point) {
    if (point === this.focus) return;
    this.focus = point;
    this.stage.request();
    this.say();
  }

  say() {
    if (!this.focus) return this.stage.say(`${this.points.length} heads. Point at one for its numbers.`);
    const { layer, head, statistics } = this.focus;
    const shares = kinds.map(({ text, name }) => `${text} ${number(statistics[name], 2)}`).join(", ");
    this.stage.say(`Layer ${layer}, head ${head}: entropy ${number(statistics.entropy, 2)} nats, mean distance `
      + `${number(statistics.mean_distance, 2)} tokens; shares: ${shares}.`);
  }

  choose({ layer, head }) {
    this.context.announce(`Layer ${layer}, head ${head} chosen.`);
    this.context.update({ layer, heads: [head], view: "head" });
  }

  draw(surface) {
    if (this.points.length === 0) throw new Error("There is nothing to draw yet.");
    const width = Math.max(480, this.stage.width);
    surface.clear(width, height);
    surface.rectangle(0, 0, width, height, { fill: theme().surface });
    this.paint(surface, width);
  }

  /** `[layers, heads, 7]`, in the API's order. */
  data() {
    if (this.points.length === 0) throw new Error("There is nothing to save yet.");
    const names = ["entropy", "mean_distance", ...kinds.map(({ name }) => name)];
    const values = Float32Array.from(this.points.flatMap(({ statistics }) => names.map((name) => statistics[name])));
    return { name: "statistics", shape: [this.lens.layers.length, this.lens.heads.length, names.length], values, tokens: this.lens.tokens.map(({ text }) => text) };
  }

  destroy() {
    this.latest.cancel();
    this.stage.destroy();
  }
}

export default {
  id: "statistics",
  title: "Statistics",
  description: "All heads in a plane, by how far and how widely they look, and what they attend to most.",
  uses: [],
  mount: (container, context) => new StatisticsView(container, context),
};
