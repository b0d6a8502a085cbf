// The tasks, as a table: which fields a task's form has, what is sent, and what the answer is shown with.
// A task that the server has and the table does not gets a text field, and its answer as JSON.
import * as show from "./answers.js";

const inputs = ({ text, pair }) => (pair ? { text, text_pair: pair } : text);
export const lines = (more) => more.split("\n").map((line) => line.trim()).filter(Boolean);

const sentences = [
  { name: "Praise", text: "What a wonderful film!" },
  { name: "Negation", text: "The film was not bad at all, but I would not watch it again." },
  { name: "Who is it?", text: "The animal didn't cross the street because it was too tired." },
  { name: "Two texts", text: "The room was clean.", pair: "But the staff was rude." },
];

/**
 * title; path (v1/ and the task's name where left out); text, pair, more: the labels of the fields it has;
 * `needsPair`, `needsMore`: that field is no option; body(form): what is sent; show(answer, form, body): nodes; examples.
 */
const table = {
  classify: {
    title: "Classify", text: "Text", pair: "Second text", examples: sentences,
    body: (form) => ({ inputs: inputs(form) }),
    show: (answer) => show.bars(answer.predictions[0]),
  },
  embeddings: {
    title: "Embed", text: "Text", more: "More texts to compare with, one a line",
    examples: [
      {
        name: "Near and far", text: "A cat sleeps on the sofa.",
        more: "A kitten is napping on the couch.\nThe stock market fell today.\nUne chatte dort sur le canapé.",
      },
      { name: "One sentence", text: "The quick brown fox jumps over the lazy dog." },
    ],
    body: ({ text, more }) => ({ input: lines(more).length ? [text, ...lines(more)] : text }),
    show: (answer, form) => show.embeddings(answer.data, [form.text, ...lines(form.more)]),
  },
  attention: {
    title: "Attention", text: "Text", pair: "Second text", examples: sentences,
    body: (form) => ({ inputs: inputs(form), layers: [-1], reduce: "mean", top_k: 3, decimals: 3 }),
    show: (answer) => show.strongest(answer.results[0]),
  },
  tokenize: {
    title: "Tokenize", text: "Text", pair: "Second text",
    examples: [{ name: "Word pieces", text: "Unbelievable antidisestablishmentarianism, naïve café 🎈 2,718.28" }, ...sentences.slice(2)],
    body: (form) => ({ inputs: inputs(form) }),
    show: (answer, form) => show.tokens(answer.results[0], form),
  },
  "token-classify": {
    title: "Entities", text: "Text", examples: [{ name: "Names", text: "Ada Lovelace met Charles Babbage in London in 1833." }],
    body: ({ text }) => ({ inputs: text, aggregation: "simple" }),
    show: (answer, form) => show.entities(answer.predictions[0], form.text),
  },
  answer: {
    title: "Answer", text: "Question", pair: "Context", needsPair: true,
    examples: [{ name: "A fact", text: "Where is the tower?", pair: "The tower stands in Paris and was built for the fair of 1889." }],
    body: ({ text, pair }) => ({ inputs: { question: text, context: pair }, top_k: 3 }),
    show: (answer, form) => show.answers(answer.answers[0], form.pair),
  },
  "fill-mask": {
    title: "Fill the mask", text: "Text with the mask token",
    examples: [{ name: "A gap", text: "Paris is the [MASK] of France." }, { name: "For RoBERTa", text: "Paris is the <mask> of France." }],
    body: ({ text }) => ({ inputs: text }),
    show: (answer) => show.candidates(answer.predictions[0]),
  },
  "next-sentence": {
    title: "Next sentence", text: "Text", pair: "Does this follow?", needsPair: true, examples: sentences.slice(3),
    body: (form) => ({ inputs: inputs(form) }),
    show: ({ predictions: [{ is_next: isNext, score }] }) => show.bars([{ label: isNext ? "follows" : "does not follow", score }]),
  },
  "zero-shot": {
    title: "Zero-shot", text: "Text", more: "Labels, one a line", needsMore: true,
    examples: [{ name: "A topic", text: "The match went to penalties.", more: "sport\npolitics\ncooking" }],
    body: ({ text, more }) => ({ inputs: text, candidate_labels: lines(more) }),
    show: ({ predictions: [{ labels, scores }] }) => show.bars(labels.map((label, index) => ({ label, score: scores[index] }))),
  },
  rerank: {
    title: "Rank", text: "Query", more: "Documents, one a line", needsMore: true,
    examples: [{
      name: "A question", text: "How do plants eat?",
      more: "Photosynthesis turns light into sugar.\nThe bank opens at nine.\nLeaves take up carbon dioxide.",
    }],
    body: ({ text, more }) => ({ query: text, documents: lines(more) }),
    show: (answer, form) => show.bars(answer.results.map(({ index, relevance_score: score }) => ({ label: lines(form.more)[index], score }))),
  },
  similarity: {
    title: "Similarity", text: "Text", more: "Texts to compare with, one a line", needsMore: true,
    examples: [{ name: "Near and far", text: "A cat sleeps.", more: "A kitten naps.\nStocks fell." }],
    body: ({ text, more }) => ({ source: text, sentences: lines(more) }),
    show: (answer, form) => show.bars(answer.scores.map((score, index) => ({ label: lines(form.more)[index], score }))),
  },
};

/** What the page knows of a task, by the name that v1/models gives it. */
export function taskNamed(name) {
  const title = name.charAt(0).toUpperCase() + name.slice(1).replaceAll("-", " ");
  const generic = { title, text: "Text", pair: "Second text", examples: sentences, body: (form) => ({ inputs: inputs(form) }), show: show.json };
  return { name, path: `v1/${name}`, ...(Object.hasOwn(table, name) ? table[name] : generic) };
}

/** The request of a task: what is sent, and the line for a terminal that sends the same. */
export function requestOf(task, form, base) {
  const body = { model: form.model, ...task.body({ ...form, pair: task.pair ? form.pair : "", more: task.more ? form.more : "" }) };
  const quoted = JSON.stringify(body).replaceAll("'", "'\\''");
  return { path: task.path, body, command: `curl ${base}${task.path} \\\n  -H 'Content-Type: application/json' \\\n  -d '${quoted}'` };
}
