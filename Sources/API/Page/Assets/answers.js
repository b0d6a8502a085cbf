// Answers as people read them. Each function returns a node or a list of nodes.
import { make, number } from "./elements.js";

/** A bar for each {label, score}. Scores beyond 0 to 1 (logits) are scaled by the largest. */
export function bars(items) {
  const scale = Math.max(1, ...items.map(({ score }) => Math.abs(score)));
  return make("ol", { class: "bars" }, items.map(({ label, score }) => {
    const bar = make("span", { class: score < 0 ? "bar negative" : "bar" });
    bar.style.width = `${Math.max(0.4, (100 * Math.abs(score)) / scale)}%`;
    const parts = { label, track: bar, value: score.toFixed(3) };
    return make("li", {}, Object.entries(parts).map(([name, content]) => make("span", { class: name }, content)));
  }));
}

/** `data` as OpenAI gives it: the first vector as a picture, and the cosines between all. */
export function embeddings(data, texts) {
  const vectors = data.map(({ embedding }) => (Array.isArray(embedding[0]) ? embedding[0] : embedding));
  const [first] = vectors;
  const nodes = [
    make("dl", { class: "facts" }, fact("Dimensions", first.length), fact("Norm", number(norm(first))),
      fact("Smallest", number(Math.min(...first))), fact("Largest", number(Math.max(...first)))),
    picture(first),
  ];
  if (vectors.length > 1) nodes.push(cosines(vectors, texts));
  return nodes;
}

const fact = (name, value) => make("div", {}, make("dt", {}, name), make("dd", {}, String(value)));
const dot = (one, other) => one.reduce((sum, value, index) => sum + value * other[index], 0);
const norm = (vector) => Math.sqrt(dot(vector, vector));

/** The cosine of the angle between two vectors. */
export const cosine = (one, other) => dot(one, other) / (norm(one) * norm(other) || 1);

/** The numbers in rows of 64 as a picture: one colour for those above zero, another for those below. */
function picture(vector) {
  const columns = Math.min(64, vector.length);
  const canvas = make("canvas", {
    class: "vector", width: columns, height: Math.ceil(vector.length / columns),
    role: "img", "aria-label": `The ${vector.length} numbers of the vector as colours`,
  });
  const painter = canvas.getContext("2d");
  const largest = Math.max(...vector.map(Math.abs)) || 1;
  vector.forEach((value, index) => {
    painter.fillStyle = value < 0 ? "#d2570b" : "#2f62d9";
    painter.globalAlpha = Math.sqrt(Math.abs(value) / largest);
    painter.fillRect(index % columns, Math.floor(index / columns), 1, 1);
  });
  return canvas;
}

function cosines(vectors, texts) {
  const cell = (row, column) => {
    const value = cosine(vectors[row], vectors[column]);
    const entry = make("td", { title: `${texts[row]}\n${texts[column]}` }, value.toFixed(2));
    entry.style.setProperty("--share", `${Math.round(45 * Math.max(0, value))}%`);
    return entry;
  };
  return make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Cosine similarity" },
    make("table", { class: "cosines" }, make("caption", {}, "Cosine similarity"),
      make("tr", {}, make("td"), vectors.map((_, column) => make("th", { scope: "col" }, String(column + 1)))),
      vectors.map((_, row) => make("tr", {},
        make("th", { scope: "row", title: texts[row] }, `${row + 1} ${texts[row]}`),
        vectors.map((__, column) => cell(row, column))))));
}

/** The tokens in turns of colour, each with its id. */
export function tokens({ tokens: names, token_ids: ids, special, offsets }) {
  return make("div", { class: "tokens" }, names.map((name, index) =>
    make("span", {
      class: `token tint-${special?.[index] ? "special" : index % 5}`, title: `id ${ids[index]}, characters ${offsets[index].join(" to ")}`,
    }, name, make("small", {}, String(ids[index])))));
}

/** A row for each token: the keys that it attends to most. `attentions` are those of one layer, the mean of its heads, by top_k. */
export function strongest({ tokens: names, layers, shape, attentions: [rows] }) {
  return [
    make("p", { class: "small muted" }, `Layer ${layers[0]}, mean of its heads, ${shape.at(-2)} tokens; all heads are below.`),
    make("div", { class: "scroll short", tabindex: "0", role: "group", "aria-label": "Strongest weights" }, make("table", { class: "strongest" },
      rows.map((row, query) => make("tr", {}, make("th", { scope: "row" }, names[query]),
        row.map(({ index, weight }) => make("td", {}, names[index], make("small", {}, weight.toFixed(2)))))))),
  ];
}

/** The text with parts of it marked: [{start, end, label}] in code points. */
function marked(text, spans) {
  const points = [...text];
  const nodes = [];
  let at = 0;
  for (const { start, end, label } of spans.toSorted((one, other) => one.start - other.start)) {
    if (start < at) continue;
    nodes.push(points.slice(at, start).join(""), make("mark", {}, points.slice(start, end).join(""), label ? make("small", {}, label) : null));
    at = end;
  }
  return make("p", { class: "marked" }, nodes, points.slice(at).join(""));
}

export function entities(found, text) {
  if (!found.length) return make("p", { class: "muted" }, "Nothing was found.");
  const label = ({ entity_group: group, entity, score }) => `${group ?? entity} ${score.toFixed(2)}`;
  return marked(text, found.map((one) => ({ start: one.start, end: one.end, label: label(one) })));
}

export function answers(found, context) {
  return [bars(found.map(({ answer, score }) => ({ label: answer || "no answer", score }))), marked(context, found.slice(0, 1))];
}

/** For each mask, the tokens that fit. */
export function candidates(masks) {
  return masks.map((mask) => bars(mask.map(({ token_str: label, score }) => ({ label, score }))));
}

/** Any answer; a long one is cut. */
export function json(answer) {
  const text = JSON.stringify(answer, null, 2);
  return make("pre", { tabindex: "0" }, text.length > 20000 ? `${text.slice(0, 20000)}\n… ${text.length - 20000} more characters` : text);
}
