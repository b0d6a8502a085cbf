// What the page shows, in one object; the address holds the same, so that a link shows it again. It stands behind the #, which
// browsers keep to themselves: there a text is in no log, and may be longer than a server takes addresses. Behind a ? it is read, too.

const defaults = {
  model: "", task: "", text: "", pair: "", more: "", view: "head", layer: 0, heads: null, threshold: 0,
  hideSpecial: false, mergeWords: false, logScale: false, filter: "all", token: null, other: null, edits: [], headCount: null,
};

const filters = ["all", "aa", "ab", "ba", "bb"];
const actions = ["mask", "remove", "replace"];

/**
 * `layer` and `heads` count from zero, as the API does; `heads` is null until the model's heads are known: all of them then.
 * `headCount` is how many there are. `token` is a position in the text's tokens.
 * `other` is what to compare with: {model, text, pair}; `edits` are the what-ifs,
 * [{token, action: "mask" | "remove" | "replace", with?}]. `more` are a task's further texts, one a line.
 */
export const state = { ...defaults, ...read(new URLSearchParams(location.hash.slice(1) || location.search)) };

// Another link, in the tab that is open.
addEventListener("hashchange", () => location.reload());

const subscribers = new Set();
let isScheduled = false;
let timer = 0;

/** Merges `patch` into the state; subscribers hear of it once in the next frame. */
export function update(patch) {
  Object.assign(state, patch);
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    for (const subscriber of [...subscribers]) subscriber();
    // Browsers refuse an address that changes at every turn of the mouse.
    clearTimeout(timer);
    timer = setTimeout(() => history.replaceState(null, "", address()), 200);
  });
}

/** Calls `subscriber` after each change. Returns what ends that. */
export function subscribe(subscriber) {
  subscribers.add(subscriber);
  return () => subscribers.delete(subscriber);
}

/** The address of what is shown, whole. */
export function link() {
  return new URL(address(), location.href).href;
}

function address() {
  return `${location.pathname}#${write()}`;
}

function write() {
  const query = new URLSearchParams();
  for (const name of ["model", "task", "text", "pair", "more", "view", "layer", "threshold", "filter", "token"]) {
    if (state[name] !== defaults[name] && state[name] !== null) query.set(name, state[name]);
  }
  if (state.heads && state.heads.length !== state.headCount) query.set("heads", state.heads.join(","));
  for (const name of ["hideSpecial", "mergeWords", "logScale"]) if (state[name]) query.set(name, "1");
  const written = (edit) => [edit.token, edit.action, edit.with].filter((part) => part !== undefined).join(":");
  if (state.edits.length) query.set("edits", state.edits.map(written).join("|"));
  else if (state.other) for (const [name, value] of Object.entries(state.other)) if (value) query.set(`other_${name}`, value);
  return query.toString();
}

function read(query) {
  const found = {};
  for (const name of ["model", "task", "text", "pair", "more", "view"]) if (query.get(name)) found[name] = query.get(name);
  for (const name of ["layer", "token"]) if (/^\d+$/.test(query.get(name) ?? "")) found[name] = Number(query.get(name));
  const threshold = Number(query.get("threshold"));
  if (threshold > 0 && threshold <= 1) found.threshold = threshold;
  if (filters.includes(query.get("filter"))) found.filter = query.get("filter");
  if (query.has("heads")) found.heads = query.get("heads").split(",").filter((part) => /^\d+$/.test(part)).map(Number);
  for (const name of ["hideSpecial", "mergeWords", "logScale"]) if (query.get(name) === "1") found[name] = true;
  if (query.get("edits")) {
    found.edits = query.get("edits").split("|").map((part) => {
      const [token, action, ...rest] = part.split(":");
      return action === "replace" ? { token: Number(token), action, with: rest.join(":") } : { token: Number(token), action };
    }).filter((edit) => Number.isInteger(edit.token) && actions.includes(edit.action));
  }
  if (query.get("other_text") || query.get("other_model")) {
    found.other = { model: query.get("other_model") ?? "", text: query.get("other_text") ?? "", pair: query.get("other_pair") ?? "" };
  }
  return found;
}
