// What the views of vectors, statistics, rollout, explanations and comparisons share: controls, numbers, two-sided colours.

import { theme } from "../colours.js";
import { make } from "../elements.js";

/** A control with its visible label. */
export const field = (text, control) => make("label", { class: "field" }, make("span", {}, text), control);

/** Fills a `<select>` with `[{ value, text }]`, unless it already shows the same. */
export function choices(select, list, chosen) {
  const signature = JSON.stringify(list);
  if (select.dataset.signature !== signature) {
    select.dataset.signature = signature;
    select.replaceChildren(...list.map(({ value, text }) => make("option", { value }, text)));
  }
  select.value = String(chosen);
}

/** Runs one piece of work at a time for a view: what was overtaken by a newer one is dropped, its errors too. */
export class Latest {
  ticket = 0;

  cancel() {
    this.ticket += 1;
  }

  async run(work, done, failed) {
    const mine = ++this.ticket;
    try {
      const result = await work();
      if (mine === this.ticket) done(result);
    } catch (error) {
      if (mine === this.ticket) failed(error);
    }
  }
}

let models = null;

/** The models that the server has and that are ready, as the API describes them; asked for once. */
export function modelsOf(server) {
  models ??= server.getJSON("v1/models").then(({ data }) => data.filter((model) => (model.state ?? "ready") === "ready"));
  models.catch(() => (models = null));
  return models;
}

/** Whether a model does a task: asked first, since a refused request stands in the browser's console as an error. */
export async function does(server, name, task) {
  return (await modelsOf(server)).find(({ id }) => id === name)?.tasks?.includes(task) ?? false;
}

const stops = {
  light: [[11, 79, 156], [106, 164, 216], [247, 247, 245], [244, 165, 96], [176, 70, 0]],
  dark: [[130, 190, 255], [44, 98, 158], [40, 43, 48], [152, 86, 24], [255, 180, 98]],
};

/** Two-sided colours as [red, green, blue]: -1 is blue, 0 the ground, 1 orange, told apart with any kind of colour blindness. */
export function diverging(value, dark = theme().dark) {
  const list = dark ? stops.dark : stops.light;
  const place = (clamp(value, -1, 1) + 1) * 2;
  const below = Math.min(3, Math.floor(place));
  return list[below].map((start, channel) => Math.round(start + (list[below + 1][channel] - start) * (place - below)));
}

/** Paints an element, with black or white text, whichever is easier to read on the colour. */
export function tint(target, colour) {
  const [red, green, blue] = colour.map((part) => (part / 255) ** 2.2);
  target.style.backgroundColor = `rgb(${colour.join(",")})`;
  target.style.color = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
}

/** A strip of colours with what its ends mean. */
export function legend(low, high, colourOf) {
  const cells = Array.from({ length: 21 }, (_, step) => {
    const cell = make("i");
    tint(cell, colourOf(step / 20));
    return cell;
  });
  return make("p", { class: "legend" }, low, make("span", { class: "legend-strip", "aria-hidden": "true" }, cells), high);
}

/** With a real minus sign, and a plus where the sign is the point. */
export function number(value, digits = 3, hasPlus = false) {
  const text = Math.abs(value).toFixed(digits);
  return (Number(text) === 0 ? "" : value < 0 ? "−" : hasPlus ? "+" : "") + text;
}

export const percent = (value) => `${(100 * value).toFixed(value < 0.00995 ? 2 : value < 0.0995 ? 1 : 0)} %`;

/** The value that 99 of 100 magnitudes do not exceed: a few outliers do not fade the rest. */
export function magnitude(values) {
  const sorted = values.map(Math.abs).sort();
  return sorted[Math.floor(0.99 * (sorted.length - 1))] || 1;
}

export const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
