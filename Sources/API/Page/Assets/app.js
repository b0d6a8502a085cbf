// Wires the page's parts: the models, the form, the lens on the text, its views, and what is compared with it.
import { startComposer } from "./composer.js";
import { startControls } from "./controls.js";
import { startDownloads } from "./download.js";
import { byID, make } from "./elements.js";
import { LensKeeper } from "./lens-keeper.js";
import { Panel } from "./panel.js";
import { showReference } from "./reference.js";
import * as server from "./server.js";
import { state, subscribe, update } from "./state.js";
import { startStrip } from "./strip.js";
import { loadViews } from "./views.js";
import { Edits } from "./whatif.js";

/** Shows an error until the next request, or until it is dismissed. Requests that the page took back are none. */
function showError(error) {
  if (server.isAbort(error)) return;
  if (!(error instanceof server.ServerError)) console.error(error);
  const dismiss = make("button", { type: "button", class: "quiet", "aria-label": "Dismiss", onclick: clearErrors }, "×");
  byID("errors").replaceChildren(make("p", { class: "notice" }, error.message, dismiss));
}

function clearErrors() {
  byID("errors").replaceChildren();
}

function announce(text) {
  byID("announcement").textContent = text;
}

async function start() {
  const { data: list } = await server.getJSON("v1/models");
  const ready = list.filter((model) => (model.state ?? "ready") === "ready");
  const modelOf = (name) => ready.find((model) => model.id === name);
  showReference(list);
  if (!ready.length) {
    byID("lens-note").textContent = "This server has no model that is ready.";
    return;
  }

  const attends = (name) => modelOf(name)?.tasks?.includes("attention");
  const main = new LensKeeper(() => (state.text && attends(state.model) ? state : null), changed, showError);
  const other = new LensKeeper(() => (state.other && attends(state.other.model) ? state.other : null), changed, showError);
  const edits = new Edits(main);
  const views = await loadViews();
  const panel = new Panel(views, {
    state, update, announce, showError, server,
    lens: () => main.lens, otherLens: () => other.lens, loadOther: () => other.follow(),
  });
  const parts = [
    startControls(main, () => panel.view), startStrip(main, other, edits, modelOf, showError), panel,
    startDownloads(main, () => panel.mounted[0], showError),
  ];

  function changed() {
    const { lens } = main;
    if (lens) fit(lens);
    byID("lens-body").hidden = !lens;
    byID("lens-note").textContent = lens ? "" : note();
    byID("panel").setAttribute("aria-busy", String(Boolean(main.opening)));
    for (const part of parts) part.update();
  }

  function note() {
    if (!attends(state.model)) return `${state.model} does not show its attention.`;
    if (!state.text) return "Write a text and press Enter: what its tokens attend to is shown here.";
    return main.error ? `Its attention could not be read. ${main.error.message}` : "Reading …";
  }

  /** Keeps to layers, heads and tokens that this model and text have. */
  function fit(lens) {
    const patch = {};
    if (state.headCount !== lens.heads.length) patch.headCount = lens.heads.length;
    const heads = state.heads?.filter((head) => lens.heads.includes(head));
    if (!heads || (heads.length !== state.heads.length && !heads.length)) patch.heads = [...lens.heads];
    else if (heads.length !== state.heads.length) patch.heads = heads;
    if (!lens.layers.includes(state.layer)) patch.layer = lens.layers.at(-1);
    if (state.token !== null && state.token >= lens.size) patch.token = null;
    if (Object.keys(patch).length) update(patch);
  }

  let told = "";
  subscribe(() => {
    main.follow();
    other.follow();
    const now = JSON.stringify([state.edits, main.key]);
    if (now !== told) {
      told = now;
      edits.apply().catch(showError);
    }
    changed();
  });
  startComposer(ready, { showError, clearErrors, again: () => main.retry() });
}

// The part behind the # is the state's: links within the page only scroll.
document.addEventListener("click", (event) => {
  const place = event.target.closest?.('a[href^="#"]')?.hash.slice(1);
  if (!place) return;
  event.preventDefault();
  byID(place).scrollIntoView();
  byID(place).focus({ preventScroll: true });
});

start().catch(showError);
