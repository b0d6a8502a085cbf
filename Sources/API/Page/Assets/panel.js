// The tabs of views and the view that is open; with what-if edits the same view stands twice, before and after.
import { byID, make } from "./elements.js";
import { state, update } from "./state.js";
import { counterpart } from "./whatif.js";

export class Panel {
  mounted = [];
  #open = "";

  /** `context` is what views are given. */
  constructor(views, context) {
    Object.assign(this, { views, context });
    byID("tabs").append(...views.map((view) => make("button", {
      type: "button", role: "tab", id: `tab-${view.id}`, "aria-controls": "panel", title: view.description, onclick: () => update({ view: view.id }),
    }, view.title)));
    byID("tabs").addEventListener("keydown", (event) => this.#move(event));
  }

  get view() {
    return this.views.find(({ id }) => id === state.view) ?? this.views[0];
  }

  update() {
    const { view } = this;
    if (!view || !this.context.lens()) return;
    const isDouble = state.edits.length > 0 && Boolean(this.context.otherLens()) && !view.showsBoth;
    const open = `${view.id} ${isDouble}`;
    if (open !== this.#open) {
      this.#open = open;
      this.#mount(view, isDouble);
    }
    for (const mounted of this.mounted) this.#guard(() => mounted.update());
  }

  #mount(view, isDouble) {
    for (const mounted of this.mounted) this.#guard(() => mounted.destroy());
    this.mounted = [];
    for (const tab of byID("tabs").children) {
      const isOpen = tab.id === `tab-${view.id}`;
      tab.setAttribute("aria-selected", String(isOpen));
      tab.tabIndex = isOpen ? 0 : -1;
    }
    byID("panel").setAttribute("aria-labelledby", `tab-${view.id}`);
    byID("view-description").textContent = view.description;
    const places = (isDouble ? ["Before", "After"] : [null]).map((title) =>
      make("div", { class: "view", role: title && "group", "aria-label": title }, title && make("h3", {}, title)));
    byID("panel").replaceChildren(...places);
    byID("panel").classList.toggle("double", isDouble);
    for (const [index, place] of places.entries()) {
      const container = make("div");
      place.append(container);
      this.#guard(() => this.mounted.push(view.mount(container, index ? this.#after() : this.context)));
    }
  }

  /** The same context as seen from the edited text: its lens, its text, its positions. */
  #after() {
    const { context } = this;
    const across = () => [context.lens(), context.otherLens()];
    const seen = new Proxy(state, {
      get(target, name) {
        if (name === "token") return counterpart(...across(), target.token);
        return ["text", "pair", "model"].includes(name) ? target.other?.[name] ?? target[name] : target[name];
      },
    });
    return {
      ...context, state: seen, lens: context.otherLens, otherLens: context.lens,
      update: (patch) => update("token" in patch ? { ...patch, token: counterpart(...across().reverse(), patch.token) } : patch),
    };
  }

  /** A view that fails says so and leaves the others be. */
  #guard(work) {
    try {
      work();
    } catch (error) {
      this.context.showError(error);
    }
  }

  #move(event) {
    const now = this.views.indexOf(this.view);
    const last = this.views.length - 1;
    const next = { ArrowRight: now === last ? 0 : now + 1, ArrowLeft: now === 0 ? last : now - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    update({ view: this.views[next].id });
    byID(`tab-${this.views[next].id}`).focus();
  }
}
