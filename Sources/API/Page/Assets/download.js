// What is shown, as a file: PNG and SVG as the view draws itself, JSON and npy of its numbers; and as a link.
import { byID, copyButton, make } from "./elements.js";
import { state, link } from "./state.js";
import { CanvasSurface, SVGSurface } from "./surface.js";

/** `mounted()` is the view that is open, or undefined. */
export function startDownloads(keeper, mounted, showError) {
  const kinds = {
    PNG: { needs: "draw", make: (view) => png(view) },
    SVG: { needs: "draw", make: (view) => new Blob([svg(view)], { type: "image/svg+xml" }) },
    JSON: { needs: "data", make: (view) => new Blob([json(view, keeper.lens)], { type: "application/json" }) },
    npy: { needs: "data", make: (view) => npy(view.data()) },
  };
  const buttons = Object.entries(kinds).map(([name, kind]) => {
    const button = make("button", { type: "button", class: "quiet", title: `Download what is shown as ${name}` }, name);
    button.addEventListener("click", async () => {
      try {
        save(await kind.make(mounted()), `${state.model}-${state.view}.${name.toLowerCase()}`);
      } catch (error) {
        showError(error);
      }
    });
    return { button, kind };
  });
  byID("downloads").append(...buttons.map(({ button }) => button), copyButton("Copy link", link, showError));
  return {
    update() {
      for (const { button, kind } of buttons) button.hidden = !keeper.lens || typeof mounted()?.[kind.needs] !== "function";
    },
  };
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name.replaceAll(/[^\w.-]+/g, "_") }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function svg(view) {
  const surface = new SVGSurface();
  view.draw(surface);
  return surface.toString();
}

/** Twice as fine as on the page, for print. */
function png(view) {
  const canvas = document.createElement("canvas");
  view.draw(new CanvasSurface(canvas, 2));
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture is too large for this browser."))), "image/png");
  });
}

function json(view, lens) {
  const { name, shape, values, tokens } = view.data();
  const { layer, heads, threshold, hideSpecial, mergeWords, filter } = state;
  const options = { layer, heads, threshold, hide_special: hideSpecial, merge_words: mergeWords, filter };
  return JSON.stringify({ model: lens.model, inputs: lens.inputs, view: state.view, ...options, name, shape, tokens, values: Array.from(values) });
}

/** NumPy's format, version 1.0: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
export function npy({ shape, values }) {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`;
  // Ten bytes of magic, version and length; the whole header is a multiple of 64 and ends with a line feed.
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const bytes = new Uint8Array(10 + padded.length);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, padded.length & 255, padded.length >> 8]);
  bytes.set(new TextEncoder().encode(padded), 10);
  return new Blob([bytes, Float32Array.from(values)], { type: "application/x-npy" });
}
