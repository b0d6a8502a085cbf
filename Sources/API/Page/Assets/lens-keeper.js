// One lens at a time, on whatever text is wanted.
import { Lens } from "./lens.js";

/** Keeps one lens for what `wanted()` names, {model, text, pair} or null; the old one stays until the new one is there. */
export class LensKeeper {
  constructor(wanted, onChange, onError) {
    Object.assign(this, { wanted, onChange, onError, lens: null, error: null, key: "null", work: Promise.resolve(null) });
  }

  /** Opens what is wanted now, if that is another than before. Resolves to its lens, or null. */
  follow() {
    const wanted = this.wanted();
    const key = JSON.stringify(wanted && [wanted.model, wanted.text, wanted.pair]);
    if (key === this.key) return this.work;
    this.key = key;
    this.error = null;
    this.work = this.#open(wanted, key);
    return this.work;
  }

  /** Asks again for what could not be had. */
  retry() {
    if (!this.lens) this.key = "";
    return this.follow();
  }

  async #open(wanted, key) {
    if (!wanted) {
      this.#replace(null);
      return null;
    }
    this.opening?.close();
    this.opening = new Lens(wanted.model, wanted.text, wanted.pair);
    const lens = this.opening;
    try {
      await lens.open();
      if (key !== this.key) return null;
      this.opening = null;
      lens.onload = () => lens === this.lens && this.onChange();
      this.#replace(lens);
      return lens;
    } catch (error) {
      if (key === this.key) {
        this.opening = null;
        this.error = error;
        this.#replace(null);
        this.onError(error);
      }
      return null;
    }
  }

  #replace(lens) {
    this.lens?.close();
    this.lens = lens;
    this.onChange();
  }
}
