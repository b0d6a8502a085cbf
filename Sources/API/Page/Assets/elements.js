// Small helpers for elements. Text from the server or the person only ever becomes a text node.

/**
 * Makes an element. An attribute that is true stands without a value, one that is false, null or undefined is left out;
 * one named `onclick` and the like is a listener. Children are nodes or texts; null ones are left out.
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export const byID = (id) => document.getElementById(id);

/** Copies a text; also where the page came by plain HTTP, which has no clipboard of its own. */
export async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = make("textarea", { class: "hidden-visually" }, text);
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("The browser did not let the page copy.");
}

/** A button that copies what `text()` gives and says so for a moment. */
export function copyButton(label, text, onError, attributes = {}) {
  const button = make("button", { type: "button", class: "quiet", ...attributes }, label);
  button.addEventListener("click", async () => {
    try {
      await copy(text());
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = label), 1500);
    } catch (error) {
      onError(error);
    }
  });
  return button;
}

/** Makes a row of buttons one stop for the Tab key; the arrow keys, Home and End move within. To be called again when the buttons are others. */
export function roving(row) {
  const buttons = [...row.querySelectorAll("button:not(:disabled)")];
  const stopAt = (stop) => buttons.forEach((button) => (button.tabIndex = button === stop ? 0 : -1));
  stopAt(buttons.find((button) => button.getAttribute("aria-selected") === "true") ?? buttons[0]);
  row.onkeydown = (event) => {
    const now = buttons.indexOf(event.target);
    const next = buttons[{ ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: buttons.length - 1 }[event.key]];
    if (now < 0 || !next) return;
    event.preventDefault();
    stopAt(next);
    next.focus();
  };
}

/** Calls `work` once no more calls came for `milliseconds`. `now` skips the wait; `cancel` drops it. */
export function debounced(work, milliseconds) {
  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
  later.cancel = () => clearTimeout(timer);
  later.now = () => {
    clearTimeout(timer);
    work();
  };
  return later;
}

/** A number as people read it: three significant digits, no trailing zeros. */
export function number(value) {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}
