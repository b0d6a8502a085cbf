// The text's tokens in a row. Each opens a menu of what-ifs; what they change is shown below, beside what it was.
import { bars } from "./answers.js";
import { byID, make, number, roving } from "./elements.js";
import { state, update } from "./state.js";
import { compareTexts } from "./whatif.js";

/** `main` and `other` keep the lenses on the text and on the edited one; `modelOf(name)` is its entry of v1/models. */
export function startStrip(main, other, edits, modelOf, showError) {
  const tokens = make("div", { class: "tokens", role: "group", "aria-label": "Tokens: choose one to ask what if" });
  const menu = make("div", { class: "menu", popover: "auto", role: "dialog", "aria-label": "What if" });
  byID("strip").append(tokens, menu);
  let shown = "";
  let compared = "";
  let abort = new AbortController();

  function showTokens(lens) {
    const focused = [...tokens.children].indexOf(document.activeElement);
    const changed = new Map(state.edits.map((edit) => [edit.token, edit]));
    tokens.replaceChildren(
      make("span", { class: "muted small" }, "What if?"),
      ...lens.tokens.map((token, index) => {
        const edit = changed.get(index);
        const continues = index > 0 && isSameWord(token, lens.tokens[index - 1]);
        const tint = token.special ? "special" : token.segment ? "b" : "a";
        return make("button", {
          type: "button", disabled: token.special, class: `token tint-${tint}${continues ? " continues" : ""}${edit ? ` edited-${edit.action}` : ""}`,
          title: `${index}: id ${token.id}`, onclick: ({ currentTarget }) => open(currentTarget, lens, index),
        }, token.text, edit?.with ? make("small", {}, `→ ${edit.with}`) : null);
      }));
    roving(tokens);
    tokens.children[focused]?.focus();
  }

  function open(button, lens, index) {
    const { [index]: chosen } = lens.tokens;
    const group = lens.tokens.flatMap((token, place) => (place === index || isSameWord(token, chosen) ? [place] : []));
    const whole = make("input", { type: "checkbox", checked: true });
    const replacement = make("input", { type: "text", "aria-label": "Another word", placeholder: "another word", autocomplete: "off", size: 14 });
    const act = (action, with_) => {
      menu.hidePopover();
      edits.add(whole.checked ? group : [index], action, with_);
    };
    menu.replaceChildren(
      make("p", { class: "small muted" }, "What if ", make("strong", {}, chosen.text), " were …"),
      ...(group.length > 1 ? [make("label", { class: "check small" }, whole, `its whole word (${group.length} pieces)`)] : []),
      make("div", { class: "row" },
        make("button", { type: "button", onclick: () => act("mask") }, "masked"),
        make("button", { type: "button", onclick: () => act("remove") }, "removed")),
      make("form", { class: "row", onsubmit: (event) => {
        event.preventDefault();
        if (replacement.value.trim()) act("replace", replacement.value.trim());
      } }, replacement, make("button", {}, "instead")));
    update({ token: index });
    menu.showPopover();
    const place = button.getBoundingClientRect();
    menu.style.left = `${Math.max(8, Math.min(place.left, document.documentElement.clientWidth - menu.offsetWidth - 8)) + scrollX}px`;
    menu.style.top = `${place.bottom + 6 + scrollY}px`;
    menu.querySelector(".row button").focus();
  }

  /** What the model says before and after. */
  async function showComparison() {
    const place = byID("what-if");
    place.hidden = !(state.edits.length && state.other);
    const key = place.hidden ? "" : JSON.stringify([state.model, state.text, state.pair, state.other]);
    if (key === compared) return;
    compared = key;
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    if (place.hidden) return;
    const [before, after, verdict] = [make("div", { class: "side" }), make("div", { class: "side" }), make("p", { class: "small", role: "status" })];
    place.replaceChildren(
      make("div", { class: "row apart" }, make("h3", {}, "What if"), make("div", { class: "row" },
        make("button", { type: "button", class: "quiet", onclick: () => edits.undo() }, "Undo"),
        make("button", { type: "button", class: "quiet", onclick: () => edits.clear() }, "Back to the text"))),
      make("div", { class: "columns" }, before, after), verdict);
    const texts = [{ text: state.text, pair: state.pair }, { text: state.other.text, pair: state.other.pair }];
    for (const [index, { text, pair }] of texts.entries()) {
      [before, after][index].append(make("p", { class: "quoted" }, [text, pair].filter(Boolean).join(" / ") || "(nothing is left)"));
    }
    if (!texts[1].text) return;
    place.setAttribute("aria-busy", "true");
    try {
      const found = await compareTexts(modelOf(state.model), texts, { signal });
      if (signal.aborted) return;
      if (found?.predictions) {
        before.append(bars(found.predictions[0]));
        // In the order of before, so that bars can be compared.
        after.append(bars(found.predictions[0].map(({ label }) => found.predictions[1].find((one) => one.label === label))));
        verdict.replaceChildren(...change(found.predictions));
      } else if (found) {
        verdict.textContent = `Cosine similarity of the two embeddings: ${number(found.cosine)}`;
      }
    } catch (error) {
      showError(error);
    } finally {
      if (!signal.aborted) place.removeAttribute("aria-busy");
    }
  }

  return {
    update() {
      const { lens } = main;
      if (!lens) return;
      const key = JSON.stringify([lens.model, lens.text, lens.pair, state.edits]);
      if (key !== shown) {
        shown = key;
        showTokens(lens);
      }
      tokens.querySelectorAll("button").forEach((button, index) => button.setAttribute("aria-current", String(index === state.token)));
      showComparison();
    },
  };
}

const isSameWord = (one, other) => one.word !== null && one.word === other.word && one.segment === other.segment;

/** In words, what became of the label that was first. */
function change([[first], after]) {
  const [winner] = after;
  const then = after.find(({ label }) => label === first.label);
  if (winner.label !== first.label) return ["The answer turns from ", make("strong", {}, first.label), " to ", make("strong", {}, winner.label), "."];
  const difference = then.score - first.score;
  return ["The answer stays ", make("strong", {}, first.label), `: ${difference < 0 ? "−" : "+"}${Math.abs(difference).toFixed(3)}.`];
}
