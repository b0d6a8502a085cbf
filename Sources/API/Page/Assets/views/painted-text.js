// Text with coloured pieces that mouse and arrow keys reach; one stop of the Tab key however long it is.

import { make } from "../elements.js";
import { clamp, tint } from "./parts.js";

const steps = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Home: -Infinity, End: Infinity };

export class PaintedText {
  /** `point(place or null)` on hover and focus; `choose(place)` on click and Enter. */
  constructor(label, { point, choose }) {
    this.pieces = [];
    this.root = make("div", { class: "painted", role: "group", "aria-label": label });
    const placeOf = ({ target }) => this.pieces.indexOf(target.closest("button"));
    const hear = (event) => point(placeOf(event) < 0 ? null : placeOf(event));
    this.root.addEventListener("pointerover", hear);
    this.root.addEventListener("focusin", hear);
    this.root.addEventListener("pointerleave", () => point(null));
    this.root.addEventListener("focusout", () => point(null));
    this.root.addEventListener("click", (event) => {
      const place = placeOf(event);
      if (place < 0) return;
      this.stop(place);
      choose?.(place);
    });
    this.root.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      if (event.key === "Escape") point(null);
      if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const next = clamp(placeOf(event) + step, 0, this.pieces.length - 1);
      this.stop(next);
      this.pieces[next].focus();
    });
  }

  /** Makes one piece the stop of the Tab key. */
  stop(place) {
    this.pieces.forEach((piece, index) => (piece.tabIndex = index === place ? 0 : -1));
  }

  /**
   * `items`: `[{ text, name: as it is read out, colour: [red, green, blue], className?, detail?: small text, before?: plain text, isPressed? }]`;
   * `after` is plain text at the end.
   */
  show(items, after = "") {
    const focused = this.pieces.indexOf(document.activeElement);
    this.pieces = items.map(({ text, name, colour, className = "", detail, isPressed }) => {
      const piece = make("button", { type: "button", class: `piece ${className}`, "aria-label": name, "aria-pressed": isPressed === undefined ? null : String(isPressed) },
        text, detail ? make("small", {}, detail) : null);
      tint(piece, colour);
      return piece;
    });
    this.root.replaceChildren(...items.flatMap(({ before = "" }, index) => [before, this.pieces[index]]), after);
    this.stop(Math.max(0, items[focused] ? focused : items.findIndex(({ isPressed }) => isPressed)));
    if (items[focused]) this.pieces[focused].focus();
  }
}
