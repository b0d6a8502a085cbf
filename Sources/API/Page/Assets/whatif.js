// What if a token were masked, removed or another word: the edited text, and what the model says to both.
import { cosine } from "./answers.js";
import * as server from "./server.js";
import { state, update } from "./state.js";

/** Keeps `state.other` at the text that the edits make of the lens' text. */
export class Edits {
  #history = [];
  #made = null;

  /** `keeper` has the lens on the unedited text. */
  constructor(keeper) {
    this.keeper = keeper;
  }

  /** Edits these tokens, which belong together: the word stands for all of them. */
  add(tokens, action, word) {
    this.#history.push(state.edits);
    const rest = state.edits.filter((edit) => !tokens.includes(edit.token));
    const made = tokens.map((token, index) => {
      if (action !== "replace") return { token, action };
      return index === 0 ? { token, action, with: word } : { token, action: "remove" };
    });
    update({ edits: [...rest, ...made] });
  }

  undo() {
    update({ edits: this.#history.pop() ?? [] });
  }

  clear() {
    this.#history = [];
    update({ edits: [] });
  }

  /** Makes the edited text. Throws where the model has no mask token or the server does not answer. */
  async apply() {
    if (!state.edits.length) {
      this.#history = [];
      if (state.other && state.other === this.#made) update({ other: null });
      return;
    }
    const { edits } = state;
    const lens = await this.keeper.work;
    if (!lens || edits !== state.edits) return;
    const mask = edits.some(({ action }) => action === "mask") ? await server.maskToken(lens.model) : "";
    if (edits !== state.edits) return;
    if (mask === null) {
      this.undo();
      throw new Error(`${lens.model} has no mask token: remove or replace the token instead.`);
    }
    this.#made = { model: lens.model, ...edited(lens, edits, mask) };
    update({ other: this.#made });
  }
}

/** The lens' text and pair with the edits made, from the end on so that offsets hold. */
export function edited(lens, edits, mask) {
  const sources = [[...lens.text], [...lens.pair]];
  const known = edits.filter(({ token }) => lens.tokens[token] && !lens.tokens[token].special);
  for (const { token, action, with: word } of known.toSorted((one, other) => other.token - one.token)) {
    const { segment, start, end } = lens.tokens[token];
    const points = sources[segment];
    let from = start;
    // A removed word takes the space before it along.
    if (action === "remove" && points[start - 1] === " " && (end >= points.length || points[end] === " ")) from -= 1;
    points.splice(from, end - from, ...(action === "mask" ? mask : action === "replace" ? word : ""));
  }
  const [text, pair] = sources.map((points) => points.join("").trim());
  return { text, pair };
}

/** The other token than these that an edit has touched, or the same token among those of the edited text; null where it is gone. */
export function counterpart(lens, otherLens, token) {
  if (token === null || !lens || !otherLens) return null;
  if (lens.size === otherLens.size) return token;
  // Counted from whichever end the texts still agree at.
  let same = 0;
  while (same < lens.size && lens.tokens[same].id === otherLens.tokens[same]?.id) same += 1;
  if (token < same) return token;
  const fromEnd = otherLens.size - (lens.size - token);
  return fromEnd >= same && lens.tokens[token].id === otherLens.tokens[fromEnd]?.id ? fromEnd : null;
}

/** What to set beside each other of two texts: labels with scores, or how near their embeddings are. Null where the model does neither. */
export async function compareTexts(model, texts, { signal } = {}) {
  const inputs = texts.map(({ text, pair }) => (pair ? { text, text_pair: pair } : text));
  if (model.tasks.includes("classify")) {
    const { predictions } = await server.post("v1/classify", { model: model.id, inputs }, { signal });
    return { predictions };
  }
  if (!model.tasks.includes("embeddings") || texts.some(({ pair }) => pair)) return null;
  const { data } = await server.post("v1/embeddings", { model: model.id, input: inputs }, { signal });
  return { cosine: cosine(data[0].embedding, data[1].embedding) };
}
