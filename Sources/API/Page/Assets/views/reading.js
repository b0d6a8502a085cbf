// What a view reads of a lens: the tokens and matrices that the page's options leave, kept until text, layer or options change.

import { shown } from "../lens.js";

/** What a download says that comes before the weights do. */
export const notYet = "The weights are still being read.";

export class Reading {
  /** `changed` is called when data asked for has arrived. */
  constructor(context, changed) {
    this.context = context;
    this.changed = changed;
    this.lens = null;
    this.shown = null;
    this.options = "";
    this.kept = new Map();
    this.keptLayer = null;
    this.asked = "";
  }

  /** Takes note of the lens and the options; true where tokens or matrices are other ones than before. */
  refresh() {
    const { state } = this.context;
    const lens = this.context.lens();
    const options = JSON.stringify([state.hideSpecial, state.mergeWords, state.filter]);
    if (lens === this.lens && options === this.options) return false;
    if (lens !== this.lens) this.asked = "";
    this.lens = lens;
    this.options = options;
    this.shown = lens ? shown(lens, state) : null;
    this.kept.clear();
    return true;
  }

  get tokens() {
    return this.shown ? this.shown.tokens : [];
  }

  /** The layer chosen, or the model's first where it has none of that number. */
  get layer() {
    return this.lens.layers.includes(this.context.state.layer) ? this.context.state.layer : this.lens.layers[0];
  }

  /** The heads chosen that the model has, in order. */
  get heads() {
    const { heads } = this.context.state;
    return heads ? this.lens.heads.filter((head) => heads.includes(head)) : this.lens.heads;
  }

  /** Whether the layer's chosen heads are here; asks for them otherwise. What failed is asked for again once something else is chosen. */
  ready() {
    if (!this.lens) return false;
    if (this.heads.every((head) => this.matrix(head))) return true;
    const { lens } = this;
    const key = JSON.stringify([this.layer, this.heads]);
    if (key === this.asked) return false;
    this.asked = key;
    lens.load({ layers: [this.layer], heads: this.heads }).then(() => {
      if (lens !== this.lens || key !== this.asked) return;
      this.asked = "";
      this.changed();
    }, (error) => {
      if (lens === this.lens && key === this.asked) this.context.showError(error);
    });
    return false;
  }

  /** The weights of a head of the layer, M x M for the M tokens shown, row by row; null while they are not here. */
  matrix(head) {
    if (this.keptLayer !== this.layer) this.kept.clear();
    this.keptLayer = this.layer;
    if (!this.kept.get(head)) this.kept.set(head, this.shown.matrix(this.layer, head));
    return this.kept.get(head);
  }

  /** The place among the tokens shown of a position of the text, or null where it is not shown. */
  place(position) {
    if (position === null || position === undefined) return null;
    const place = this.tokens.findIndex((token) => token.indices.includes(position));
    return place < 0 ? null : place;
  }
}

/** A token as the readouts say it, with its position in the text. */
export function named(token) {
  return `“${token.text}” (${token.indices[0]})`;
}

/** Heads as the readouts say them. */
export function namedHeads(heads) {
  return heads.length === 1 ? `head ${heads[0]}` : `${heads.length} heads`;
}
