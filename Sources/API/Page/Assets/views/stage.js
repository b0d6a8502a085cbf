// A canvas as large as its place allows, over a content that may be taller and then scrolls: only what is visible is painted,
// once a frame. With it a line of help and the readout. Between frames nothing is written that would make the browser lay out the page
// when a size is read: its many tokens make that slow.

import { onThemeChange } from "../colours.js";
import { make } from "../elements.js";
import { CanvasSurface } from "../surface.js";

export class Stage {
  /**
   * `paint(surface, { width, height, scrollTop, isHurried })` paints, with less detail where scrolling would be slow otherwise;
   * `onKey(event)` returns true for a key it took; `onPointer({ type, x, y, event })` hears of "move", "leave", "down", "up" and "click",
   * in the content's coordinates; a scroll is a "leave" too.
   */
  constructor(container, { label, help, className, paint, onKey, onPointer }) {
    this.paint = paint;
    this.frame = 0;
    this.contentHeight = 0;
    this.isHurried = false;
    this.scrolledAt = 0;
    this.text = "";
    const identifier = `stage-help-${(Stage.count = (Stage.count ?? 0) + 1)}`;
    this.canvas = make("canvas", { class: "stage-canvas", tabindex: 0, role: "application", "aria-label": label, "aria-describedby": identifier });
    this.content = make("div", { class: "stage-content" }, this.canvas);
    this.scroller = make("div", { class: "stage-scroller" }, this.content);
    this.readout = make("output", { class: "stage-readout", "aria-live": "polite" });
    this.element = make("div", { class: `stage ${className}` }, this.readout, this.scroller, make("p", { class: "stage-help", id: identifier }, help));
    container.append(this.element);
    this.surface = new CanvasSurface(this.canvas);
    this.#listen(onKey, onPointer);
    this.observer = new ResizeObserver(() => {
      this.measured = null;
      this.request();
    });
    this.observer.observe(this.element);
    this.observer.observe(this.scroller);
    this.endTheme = onThemeChange(() => this.request());
  }

  /** The space there is for painting, in CSS pixels. */
  get width() {
    this.measured ??= this.scroller.clientWidth;
    return this.measured;
  }

  /** The most that the canvas is tall; a taller content scrolls. */
  get limit() {
    return Math.max(320, Math.min(760, innerHeight - 180));
  }

  /** Says how tall the content is. */
  resize(contentHeight) {
    if (contentHeight === this.contentHeight) return;
    this.contentHeight = contentHeight;
    this.content.style.height = `${contentHeight}px`;
    this.request();
  }

  /** Asks for a painting in the next frame. */
  request() {
    if (!this.frame) this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.#paintNow();
    });
  }

  /** Shows nothing: no token is left by the page's options. */
  empty() {
    this.resize(0);
    this.say("There is no token to show.");
  }

  /** Sets the readout in the next frame; a text that takes time to put together may be a function that gives it. */
  say(text) {
    this.text = text;
    this.request();
  }

  /** Scrolls as little as shows the content from `top` to `bottom`, below a heading of `heading` pixels. */
  reveal(top, bottom, heading = 0) {
    const height = Math.min(this.limit, this.contentHeight);
    const scroll = this.scroller.scrollTop;
    if (top - heading < scroll) this.scroller.scrollTop = Math.max(0, top - heading);
    else if (bottom > scroll + height) this.scroller.scrollTop = bottom - height;
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.frame = -1;
    clearTimeout(this.pause);
    this.observer.disconnect();
    this.endTheme();
    this.element.remove();
  }

  #paintNow() {
    const height = Math.min(this.limit, this.contentHeight);
    if (height !== this.height) {
      this.height = height;
      this.scroller.style.height = `${height}px`;
      this.measured = null; // a scroll bar may have come or gone
    }
    const { width, scroller: { scrollTop } } = this;
    if (width >= 1 && height >= 1) {
      if (this.surface.ratio !== devicePixelRatio) this.surface = new CanvasSurface(this.canvas);
      this.surface.clear(width, height);
      this.paint(this.surface, { width, height, scrollTop, isHurried: this.isHurried });
    }
    if (typeof this.text === "function") this.text = this.text();
    if (this.text !== this.said) this.readout.textContent = this.said = this.text;
  }

  /** Scrolling that comes to less than some forty frames a second is hurried until it ends. */
  #scrolled() {
    const now = performance.now();
    if (now - this.scrolledAt < 150 && now - this.scrolledAt > 24) this.isHurried = true;
    this.scrolledAt = now;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => {
      if (this.isHurried) this.request();
      this.isHurried = false;
    }, 160);
    this.request();
  }

  #listen(onKey, onPointer) {
    const hear = (type) => (event) => {
      const box = this.canvas.getBoundingClientRect();
      onPointer({ type, x: event.clientX - box.left, y: event.clientY - box.top + this.scroller.scrollTop, event });
    };
    this.canvas.addEventListener("pointermove", hear("move"));
    this.canvas.addEventListener("pointerleave", hear("leave"));
    this.canvas.addEventListener("pointerdown", hear("down"));
    this.canvas.addEventListener("pointerup", hear("up"));
    this.canvas.addEventListener("pointercancel", hear("up"));
    this.canvas.addEventListener("click", hear("click"));
    this.canvas.addEventListener("keydown", (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey && onKey(event)) event.preventDefault();
    });
    this.scroller.addEventListener("scroll", () => {
      onPointer({ type: "leave", event: null }); // what is under the mouse has moved away
      this.#scrolled();
    }, { passive: true });
  }
}

/** A labelled `<select>` of values and their texts; `changed(value)` is called with the value chosen. */
export function choice(label, options, changed) {
  const select = make("select", { onchange: () => changed(select.value) },
    ...Object.entries(options).map(([value, text]) => make("option", { value }, text)));
  return make("label", { class: "stage-choice" }, label, select);
}
