// The form: model, task and texts; the answer beside it.
import { json } from "./answers.js";
import { byID, copyButton, debounced, make, number } from "./elements.js";
import * as server from "./server.js";
import { state, subscribe, update } from "./state.js";
import { requestOf, taskNamed } from "./tasks.js";

const fields = ["text", "pair", "more"];
/** Longer texts are computed when asked for, not while they are being typed. */
const livelyLength = 600;

/** `models` are those that are ready; `again()` is called when the person asks for the same text once more. */
export function startComposer(models, { showError, clearErrors, again }) {
  const modelOf = (name) => models.find((model) => model.id === name);
  const task = () => taskNamed(state.task);
  let abort = new AbortController();
  let asked = "";
  let isBusy = false;
  let command = "";

  byID("model").append(...models.map(({ id }) => make("option", { value: id }, id)));
  byID("model").addEventListener("change", ({ target }) => choose({ ...forgotten(), model: target.value }));
  byID("copy-command").append(copyButton("Copy", () => command, showError, { "aria-label": "Copy the command" }));
  byID("add-pair").addEventListener("click", () => {
    const opens = byID("pair-field").hidden;
    if (!opens) byID("pair").value = "";
    showPair(opens);
    byID(opens ? "pair" : "text").focus();
    if (!opens) submit();
  });
  byID("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit({ isAsked: true });
  });
  const later = debounced(() => submit(), 450);
  for (const name of fields) {
    byID(name).addEventListener("input", () => {
      // What was asked for is no longer what stands there.
      if (isBusy) asked = "";
      abort.abort();
      setBusy(false);
      if (fields.reduce((sum, field) => sum + byID(field).value.length, 0) <= livelyLength) later();
      else later.cancel();
    });
    byID(name).addEventListener("keydown", (event) => {
      const breaks = event.shiftKey || (name === "more" && !event.ctrlKey && !event.metaKey);
      if (event.key !== "Enter" || event.isComposing || breaks) return;
      event.preventDefault();
      later.cancel();
      submit({ isAsked: true });
    });
  }

  /** Changes model or task; a task that the model does not do gives way to its first. */
  function choose(patch) {
    const model = modelOf(patch.model ?? state.model) ?? models[0];
    const wanted = patch.task ?? state.task;
    const tasks = model.tasks ?? [];
    const name = tasks.includes(wanted) ? wanted : tasks[0] ?? "";
    update({ ...patch, model: model.id, task: name, pair: taskNamed(name).pair ? state.pair : "" });
  }

  /** What no longer holds once the text or the model is another. */
  const forgotten = () => ({ token: null, edits: [], other: state.edits.length ? null : state.other });

  /** Takes over what is written. `isAsked`: also if nothing has changed. */
  function submit({ isAsked = false } = {}) {
    const texts = Object.fromEntries(fields.map((name) => [name, byID(`${name}-field`).hidden ? "" : byID(name).value.trim()]));
    const isNew = fields.some((name) => texts[name] !== state[name]);
    if (isAsked) clearErrors();
    if (isNew) {
      update({ ...texts, ...forgotten() });
    } else if (isAsked || !asked) {
      asked = "";
      again();
      update({});
    }
  }

  function showPair(isShown) {
    byID("pair-field").hidden = !isShown;
    byID("add-pair").textContent = isShown ? "Remove the second text" : "Add a second text";
  }

  function showForm() {
    const model = modelOf(state.model);
    byID("model").value = state.model;
    byID("tasks").replaceChildren(byID("tasks").firstElementChild, ...(model.tasks ?? []).map((name) => {
      const input = make("input", { type: "radio", name: "task", value: name, checked: name === state.task });
      input.addEventListener("change", () => choose({ task: name }));
      return make("label", {}, input, make("span", {}, taskNamed(name).title));
    }));
    const { text, pair, more, needsPair, examples } = task();
    for (const [name, label] of Object.entries({ text, pair, more })) {
      byID(`${name}-field`).firstElementChild.textContent = label ?? "";
      if (document.activeElement !== byID(name) || byID(name).value.trim() !== state[name]) byID(name).value = state[name];
    }
    byID("more-field").hidden = !more;
    byID("add-pair").hidden = !pair || needsPair;
    showPair(Boolean(pair && (needsPair || state.pair)));
    byID("examples").replaceChildren(make("span", { class: "muted" }, "Examples"), ...examples.map((example) =>
      make("button", { type: "button", class: "chip", title: example.text, onclick: () => pick(example) }, example.name)));
  }

  function pick({ text, pair = "", more = "" }) {
    update({ text, pair: task().pair ? pair : "", more: task().more ? more : "", ...forgotten() });
  }

  function setBusy(now) {
    isBusy = now;
    byID("answer").setAttribute("aria-busy", String(isBusy));
  }

  async function run() {
    const request = requestOf(task(), state, server.base);
    command = request.command;
    byID("command").textContent = command;
    abort.abort();
    abort = new AbortController();
    const { needsPair, needsMore } = task();
    if (!state.text || (needsPair && !state.pair) || (needsMore && !state.more)) {
      setBusy(false);
      byID("answer").replaceChildren(make("p", { class: "muted" }, state.text ? "Fill in the other field, too." : "The answer stands here."));
      byID("figures").textContent = "";
      byID("raw").hidden = true;
      return;
    }
    const { signal } = abort;
    setBusy(true);
    try {
      const { value, milliseconds, timing } = await server.postJSON(request.path, request.body, { signal });
      if (signal.aborted) return;
      clearErrors();
      byID("answer").replaceChildren(...[shownBy(value)].flat());
      byID("raw").hidden = false;
      byID("raw").querySelector("pre").replaceWith(json(value));
      const tokens = value.usage?.prompt_tokens;
      byID("figures").textContent = [
        tokens === undefined ? null : `${tokens} tokens`,
        !timing.compute ? null : `${number(timing.compute)} ms computing`,
        `${number(milliseconds)} ms in all`,
      ].filter(Boolean).join(" · ");
    } catch (error) {
      if (server.isAbort(error)) return;
      byID("answer").replaceChildren(make("p", { class: "muted" }, "There is no answer: see the message above."));
      byID("figures").textContent = "";
      byID("raw").hidden = true;
      showError(error);
    } finally {
      if (!signal.aborted) setBusy(false);
    }
  }

  /** An answer of another shape than the table knows is shown as JSON. */
  function shownBy(value) {
    try {
      return task().show(value, state);
    } catch {
      return json(value);
    }
  }

  let formKey = "";
  function follow() {
    const key = JSON.stringify([state.model, state.task, state.text, state.pair, state.more]);
    if (key !== formKey) {
      formKey = key;
      showForm();
    }
    if (key === asked) return;
    asked = key;
    run();
  }

  subscribe(follow);
  choose({});
  if (!state.text) pick(task().examples[0]);
}
