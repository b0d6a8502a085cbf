// Why a text has its label: words painted by what they contribute to it.

import { onThemeChange } from "../colours.js";
import { make } from "../elements.js";
import { NumbersTable } from "./numbers-table.js";
import { PaintedText } from "./painted-text.js";
import { Latest, choices, diverging, does, field, legend, number, percent } from "./parts.js";

const methods = [{ value: "occlusion", text: "Occlusion" }, { value: "rollout", text: "Attention rollout" }];
const units = [{ value: "words", text: "Words" }, { value: "tokens", text: "Word pieces" }];
// Paler than full colours, so that text stays easy to read.
const strength = 0.8;
const neutral = 0.02;

class ExplanationView {
  latest = new Latest();
  explanation = null;

  constructor(container, context) {
    this.context = context;
    this.method = make("select", { onchange: () => this.update() });
    this.unit = make("select", { onchange: () => this.show() });
    choices(this.method, methods, "occlusion");
    choices(this.unit, units, "words");
    this.verdict = make("p", { class: "verdict" });
    this.readout = make("output", { class: "stage-readout", "aria-live": "polite" });
    this.texts = ["a", "b"].map((side) => new PaintedText(side === "a" ? "The text's words" : "The second text's words", { point: (place) => this.point(side, place) }));
    this.legend = make("div");
    this.completeness = make("p", { class: "note" });
    this.table = new NumbersTable("Contributions", [
      { title: "Text", value: ({ word }) => word },
      { title: "Contribution", value: ({ contribution }) => contribution, cell: ({ contribution }) => this.written(contribution) },
      { title: "Speaks", value: ({ contribution }) => this.side(contribution) },
    ]);
    this.result = make("div", { hidden: true }, this.verdict, this.readout, this.texts.map(({ root }) => root), this.legend, this.completeness, this.table.root);
    this.status = make("p", { class: "note", role: "status" });
    container.append(make("div", { class: "view-controls" }, field("Method", this.method), field("Paint", this.unit)), this.status, this.result);
    this.endTheme = onThemeChange(() => this.show());
  }

  update() {
    const lens = this.context.lens();
    const asked = this.method.value;
    if (!lens || (lens === this.lens && asked === this.asked)) return;
    Object.assign(this, { lens, asked });
    const { server } = this.context;
    this.status.textContent = "Asking what each word contributes …";
    this.result.setAttribute("aria-busy", "true");
    this.latest.run(async () => (await does(server, lens.model, "classify"))
      ? server.post("v1/classify", { model: lens.model, inputs: lens.inputs, explain: asked }) : null, (answer) => {
      this.explanation = answer?.explanations[0] ?? null;
      this.status.textContent = answer ? "" : `${lens.model} gives texts no label, so there is none to explain. Choose a model that classifies.`;
      this.settle();
    }, (error) => {
      this.explanation = null;
      this.status.textContent = "";
      this.settle();
      this.context.showError(error);
    });
  }

  settle() {
    this.result.removeAttribute("aria-busy");
    this.result.hidden = !this.explanation;
    this.show();
  }

  /** The pieces to paint. Tokens do not say which text they are of; their places begin anew in the second. */
  pieces() {
    if (this.unit.value === "words") return this.explanation.words;
    let [text, last] = ["a", -1];
    return this.explanation.tokens.map((token) => {
      if (token.start < last) text = "b";
      last = token.start;
      return { ...token, word: token.token, text };
    });
  }

  show() {
    if (!this.explanation) return;
    const { label, score, completeness } = this.explanation;
    const pieces = this.pieces();
    this.most = pieces.reduce((most, { contribution }) => Math.max(most, Math.abs(contribution)), 1e-9);
    this.verdict.replaceChildren(make("strong", {}, label), ` with a score of ${percent(score)}`);
    this.shown = { a: pieces.filter(({ text }) => text === "a"), b: pieces.filter(({ text }) => text === "b") };
    this.paint(this.texts[0], this.shown.a, this.lens.text);
    this.paint(this.texts[1], this.shown.b, this.lens.pair);
    const end = (name, value) => make("span", {}, make("span", { class: name }, this.side(value)), ` ${this.written(value)}`);
    this.legend.replaceChildren(this.isShare ? legend("0 %", percent(this.most), (share) => diverging(strength * share))
      : legend(end("against", -this.most), end("for", this.most), (share) => diverging(strength * (2 * share - 1))));
    this.completeness.textContent = stated(completeness);
    this.table.show(pieces.toSorted((one, other) => Math.abs(other.contribution) - Math.abs(one.contribution)));
    this.point("a", null);
  }

  /** Underlines say the sign too: solid for, dashed against. */
  paint(painted, pieces, source) {
    const letters = [...source];
    let last = 0;
    const items = pieces.map(({ start, end, contribution }) => {
      const text = letters.slice(start, end).join("");
      const share = contribution / this.most;
      const before = letters.slice(last, start).join("");
      last = end;
      return {
        text, before, name: `${text} ${this.written(contribution)}`, colour: diverging(strength * share),
        className: this.isShare || Math.abs(share) < neutral ? "" : share > 0 ? "for" : "against",
      };
    });
    painted.root.hidden = items.length === 0;
    painted.show(items, letters.slice(last).join(""));
  }

  get isShare() {
    return this.explanation.method === "rollout";
  }

  written(contribution) {
    return this.isShare ? percent(contribution) : number(contribution, 3, true);
  }

  side(contribution) {
    return this.isShare || contribution === 0 ? "–" : `${contribution > 0 ? "for" : "against"} ${this.explanation.label}`;
  }

  point(side, place) {
    const piece = place === null ? null : this.shown[side][place];
    if (this.isShare) {
      this.readout.textContent = piece ? `“${piece.word}”: ${percent(piece.contribution)} of what reaches the first token.`
        : "The share of each word in what reaches the first token. Point at one, or use arrow keys.";
    } else {
      this.readout.textContent = piece ? `“${piece.word}”: ${this.written(piece.contribution)}, speaks ${this.side(piece.contribution)}.`
        : `How much the logit of ${this.explanation.label} falls without a word. Point at one, or use arrow keys.`;
    }
  }

  data() {
    if (!this.explanation) throw new Error("There is nothing to save yet.");
    const pieces = this.pieces();
    const values = Float32Array.from(pieces, ({ contribution }) => contribution);
    return { name: `contributions-${this.explanation.method}`, shape: [pieces.length], values, tokens: pieces.map(({ word }) => word) };
  }

  destroy() {
    this.latest.cancel();
    this.endTheme();
  }
}

/** What the server says of completeness, with its numbers. */
function stated({ complete, sum, difference, note }) {
  if (sum === null || difference === null) return sentence(note ?? "");
  return `${complete ? "Complete" : "Not complete"}: the words' contributions add up to ${number(sum, 3, true)}, and without all of the words `
    + `the logit falls by ${number(difference)}. ${sentence(note ?? "")}`;
}

/** With a capital and a full stop. */
function sentence(text) {
  return text && `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

export default {
  id: "explanation",
  title: "Explanation",
  description: "The words that speak for a text's label, and those that speak against it.",
  uses: [],
  mount: (container, context) => new ExplanationView(container, context),
};
