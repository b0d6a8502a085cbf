// The controls that views have in common: layer, heads, threshold, and how tokens are shown.
import { byID, make, roving } from "./elements.js";
import { state, update } from "./state.js";

const switches = { hideSpecial: "Hide special tokens", mergeWords: "Merge word pieces", logScale: "Log scale" };
const directions = { all: "Both texts", aa: "A → A", ab: "A → B", ba: "B → A", bb: "B → B" };

/** `view()` is the open view: what it says not to use (`uses`) is hidden. */
export function startControls(keeper, view) {
  const layer = make("input", { type: "range", min: 0, step: 1, id: "layer", oninput: () => update({ layer: Number(layer.value) }) });
  const layerText = make("output", { for: "layer" });
  const heads = make("div", { class: "heads", role: "group", "aria-label": "Heads" });
  const threshold = make("input", {
    type: "range", min: 0, max: 1, step: 0.01, id: "threshold", oninput: () => update({ threshold: Number(threshold.value) }),
  });
  const thresholdText = make("output", { for: "threshold" });
  const boxes = Object.entries(switches).map(([name, label]) => {
    const box = make("input", { type: "checkbox", onchange: () => update({ [name]: box.checked }) });
    return { name, box, element: make("label", { class: "check" }, box, label) };
  });
  const filter = make("select", { onchange: () => update({ filter: filter.value }) },
    Object.entries(directions).map(([value, label]) => make("option", { value }, label)));
  const parts = {
    layer: make("label", { class: "control" }, "Layer", layer, layerText),
    heads: make("div", { class: "control wide" }, "Heads", heads,
      make("button", { type: "button", class: "quiet", onclick: () => update({ heads: [...(keeper.lens?.heads ?? [])] }) }, "All")),
    threshold: make("label", { class: "control", title: "Weights below this are not drawn" }, "Threshold", threshold, thresholdText),
    filter: make("label", { class: "control", title: "From which text's queries to which text's keys" }, "Direction", filter),
    ...Object.fromEntries(boxes.map(({ name, element }) => [name, element])),
  };
  byID("controls").append(parts.layer, parts.heads, parts.threshold, ...boxes.map(({ element }) => element), parts.filter);

  let shownHeads = "";
  function showHeads(lens) {
    const key = lens.heads.join();
    if (key !== shownHeads) {
      shownHeads = key;
      heads.replaceChildren(...lens.heads.map((head) => {
        const title = "Click: this head alone. Shift or Ctrl and click: add it, take it out.";
        const button = make("button", { type: "button", title, "aria-label": `Head ${head}` }, String(head));
        button.style.setProperty("--head", `var(--head-${head % 12})`);
        button.addEventListener("click", (event) => choose(head, event.shiftKey || event.ctrlKey || event.metaKey));
        return button;
      }));
      roving(heads);
    }
    [...heads.children].forEach((button, index) => button.setAttribute("aria-pressed", String(state.heads?.includes(lens.heads[index]))));
  }

  /** One alone, or with the others; the last one that is left, chosen again, gives way to all. */
  function choose(head, isAdding) {
    const chosen = state.heads ?? [];
    const all = keeper.lens.heads;
    if (isAdding) {
      const next = chosen.includes(head) ? chosen.filter((one) => one !== head) : [...chosen, head].sort((one, other) => one - other);
      update({ heads: next.length ? next : [...all] });
    } else {
      update({ heads: chosen.length === 1 && chosen[0] === head ? [...all] : [head] });
    }
  }

  return {
    update() {
      const { lens } = keeper;
      if (!lens) return;
      const used = view()?.uses;
      for (const [name, part] of Object.entries(parts)) part.hidden = used ? !used.includes(name) : false;
      if (lens.sentenceBStart === null) parts.filter.hidden = true;
      byID("controls").hidden = Object.values(parts).every((part) => part.hidden);
      layer.max = lens.layers.length - 1;
      layer.value = state.layer;
      layerText.textContent = `${state.layer} of ${lens.layers.length - 1}`;
      showHeads(lens);
      threshold.value = state.threshold;
      thresholdText.textContent = state.threshold.toFixed(2);
      for (const { name, box } of boxes) box.checked = state[name];
      filter.value = state.filter;
    },
  };
}
