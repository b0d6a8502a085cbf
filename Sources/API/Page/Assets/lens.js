// The attention of one text: fetched a layer at a time as views ask for it, and kept within bounds.
import { float32, parse } from "./safetensors.js";
import { postBinary } from "./server.js";

/** A map that forgets what was used longest ago once its values hold more than `limit` bytes. */
class BoundedCache {
  constructor(limit) {
    this.limit = limit;
    this.bytes = 0;
    this.entries = new Map();
  }

  has(key) {
    return this.entries.has(key);
  }

  get(key) {
    const value = this.entries.get(key);
    if (value === undefined) return null;
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  /** Keeps a typed array. What `needed` says of other keys stays, even beyond the limit. */
  set(key, value, needed = () => false) {
    this.entries.set(key, value);
    this.bytes += value.byteLength;
    for (const [old, { byteLength }] of this.entries) {
      if (this.bytes <= this.limit) break;
      if (old === key || needed(old)) continue;
      this.entries.delete(old);
      this.bytes -= byteLength;
    }
    return value;
  }
}

const bytesInARequest = 16 << 20;

/** What a model attends to in a text, or in a pair of texts. N tokens, D numbers in a head's queries and keys. */
export class Lens {
  #raw = new BoundedCache(64 << 20);
  #decoded = new BoundedCache(32 << 20);
  #statistics = new Map();
  #pending = new Map();
  #abort = new AbortController();

  constructor(model, text, pair) {
    Object.assign(this, { model, text, pair, tokens: [], sentenceBStart: null, layers: [], heads: [], size: 0, headSize: 0 });
    /** Called whenever data arrived. */
    this.onload = () => {};
  }

  /** Asks for the last layer: with it come the tokens and how many layers and heads there are. */
  async open() {
    await this.#fetch({ layers: [-1] });
  }

  /** The text or the pair as the API's `inputs` field takes it. */
  get inputs() {
    return this.pair ? { text: this.text, text_pair: this.pair } : this.text;
  }

  /** Takes back what is on its way; nothing is fetched any more. */
  close() {
    this.#abort.abort();
  }

  /** Weights of a head: Float32Array(N * N), row by query; null while they are not here. */
  weights(layer, head) {
    return this.#decode("weights", layer, head);
  }

  /** Float32Array(N * D), or null while they are not here. */
  queries(layer, head) {
    return this.#decode("queries", layer, head);
  }

  /** Float32Array(N * D), or null while they are not here. */
  keys(layer, head) {
    return this.#decode("keys", layer, head);
  }

  /** {entropy (nats), mean_distance (tokens), first, separators, previous, same, next (shares)}, or null while they are not here. */
  statistics(layer, head) {
    return this.#statistics.get(`${layer}/${head}`) ?? null;
  }

  /**
   * Fetches what is not here yet of these layers and heads (all heads where none are given); `weights: false` leaves the matrices out.
   * Calling it again while the first call waits asks for nothing twice.
   */
  async load({ layers, heads = this.heads, weights = true, queriesKeys = false, statistics = false }) {
    const kinds = [weights && "weights", queriesKeys && "queries", statistics && "statistics"].filter(Boolean);
    const waiting = new Set();
    const missing = [];
    for (const layer of layers) {
      const keys = kinds.flatMap((kind) => heads.map((head) => `${kind}/${layer}/${head}`)).filter((key) => !this.#has(key));
      for (const key of keys) if (this.#pending.has(key)) waiting.add(this.#pending.get(key));
      const fresh = keys.filter((key) => !this.#pending.has(key));
      if (fresh.length) missing.push({ layer, fresh });
    }
    const bytesALayer = 2 * heads.length * this.size * (this.size + (queriesKeys ? 256 : 0));
    const atOnce = Math.max(1, Math.floor(bytesInARequest / bytesALayer));
    for (let start = 0; start < missing.length; start += atOnce) {
      const part = missing.slice(start, start + atOnce);
      const keys = part.flatMap(({ fresh }) => fresh);
      const work = this.#fetch({
        layers: part.map(({ layer }) => layer), heads: heads.length === this.heads.length ? undefined : heads,
        weights: keys.some((key) => key.startsWith("weights")), queriesKeys: keys.some((key) => key.startsWith("queries")),
        statistics: keys.some((key) => key.startsWith("statistics")), needed: new Set(layers),
      }).finally(() => keys.forEach((key) => this.#pending.delete(key)));
      for (const key of keys) this.#pending.set(key, work);
      waiting.add(work);
    }
    await Promise.all(waiting);
  }

  #has(key) {
    return key.startsWith("statistics") ? this.#statistics.has(key.slice("statistics/".length)) : this.#raw.has(key);
  }

  #decode(kind, layer, head) {
    const key = `${kind}/${layer}/${head}`;
    const raw = this.#raw.get(key);
    if (!raw) return null;
    return this.#decoded.get(key) ?? this.#decoded.set(key, float32(raw));
  }

  async #fetch({ layers, heads, weights = true, queriesKeys = false, statistics = false, needed = new Set() }) {
    const content = {
      model: this.model, inputs: this.inputs, layers, heads, format: "safetensors", dtype: "float16", queries_keys: queriesKeys, statistics,
    };
    // The API has no answer without weights; one weight a row is the least.
    if (!weights) content.top_k = 1;
    const { metadata, tensors } = parse(await postBinary("v1/attention", content, { signal: this.#abort.signal }));
    const given = { layers: JSON.parse(metadata.layers), heads: JSON.parse(metadata.heads) };
    if (!this.size) this.#describe(metadata, tensors, given);
    const stays = (key) => needed.has(Number(key.split("/")[1]));
    for (const [kind, name] of [["weights", "0.attentions"], ["queries", "0.queries"], ["keys", "0.keys"]]) {
      if (!tensors[name]) continue;
      const { shape, raw } = tensors[name];
      if (kind === "queries") this.headSize = shape[3];
      const step = shape[2] * shape[3];
      given.layers.forEach((layer, row) => given.heads.forEach((head, column) => {
        const key = `${kind}/${layer}/${head}`;
        const start = (row * given.heads.length + column) * step;
        // A copy, so that what the cache forgets does not stay in memory with the rest of its answer.
        if (!this.#raw.has(key)) this.#raw.set(key, raw.slice(start, start + step), stays);
      }));
    }
    if (tensors["0.statistics"]) this.#keepStatistics(JSON.parse(metadata.statistics), tensors["0.statistics"].raw, given);
    this.onload();
  }

  #keepStatistics(names, values, { layers, heads }) {
    layers.forEach((layer, row) => heads.forEach((head, column) => {
      const start = (row * heads.length + column) * names.length;
      this.#statistics.set(`${layer}/${head}`, Object.fromEntries(names.map((name, index) => [name, values[start + index]])));
    }));
  }

  #describe(metadata, tensors, { layers, heads }) {
    const member = (name) => JSON.parse(metadata[`0.${name}`]);
    const [texts, special, words] = [member("tokens"), member("special"), member("word_ids")];
    const sources = [[...this.text], [...this.pair]];
    const { raw: offsets } = tensors["0.offsets"];
    const { raw: ids } = tensors["0.token_ids"];
    this.sentenceBStart = member("sentence_b_start");
    this.layers = Array.from({ length: layers[0] + 1 }, (_, layer) => layer);
    this.heads = heads;
    this.size = texts.length;
    this.tokens = texts.map((token, index) => {
      // Not the model's segment: models like RoBERTa have one for both texts.
      const segment = this.sentenceBStart !== null && index >= this.sentenceBStart ? 1 : 0;
      const [start, end] = [offsets[2 * index], offsets[2 * index + 1]];
      const text = readable(token, sources[segment].slice(start, end).join(""), special[index]);
      return { text, start, end, segment, special: special[index], word: words[index], id: ids[index] };
    });
  }
}

/** The token as people read it: byte-level and SentencePiece tokens are shown as the text that they stand for. */
function readable(token, source, isSpecial) {
  if (isSpecial || !source.trim() || token.startsWith("##") || /^(\[.*\]|<.*>)$/.test(token)) return token;
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u.test(token) && token.toLowerCase() === source.toLowerCase() ? token : source.trim();
}

const shownLenses = new WeakMap();

/** The lens as the state's options show it: see `Shown`. */
export function shown(lens, { hideSpecial, mergeWords, filter }) {
  const options = `${hideSpecial} ${mergeWords} ${filter}`;
  const known = shownLenses.get(lens);
  if (known?.options === options) return known;
  const made = new Shown(lens, { hideSpecial, mergeWords, filter }, options);
  shownLenses.set(lens, made);
  return made;
}

/**
 * M tokens or words of a lens, and its matrices over them. Special tokens may be left out (rows are not made to sum to one again),
 * word pieces merged (weights are summed over a word's keys, and averaged over its queries), and all but one direction between
 * the two texts set to 0.
 */
class Shown {
  #matrices = new BoundedCache(32 << 20);

  constructor(lens, { hideSpecial, mergeWords, filter }, options) {
    Object.assign(this, { lens, filter, options, tokens: [] });
    for (const [index, token] of lens.tokens.entries()) {
      if (hideSpecial && token.special) continue;
      const last = this.tokens.at(-1);
      if (mergeWords && last && !token.special && last.word !== null && last.word === token.word && last.segment === token.segment) {
        last.indices.push(index);
        const source = [...(token.segment ? lens.pair : lens.text)];
        last.text = source.slice(lens.tokens[last.indices[0]].start, token.end).join("");
      } else {
        this.tokens.push({ text: token.text, indices: [index], special: token.special, segment: token.segment, word: token.word });
      }
    }
    this.isWhole = this.tokens.length === lens.size && (filter === "all" || lens.sentenceBStart === null);
  }

  /** Float32Array(M * M), row by query; null while the layer is not here. */
  matrix(layer, head) {
    const weights = this.lens.weights(layer, head);
    if (!weights || this.isWhole) return weights;
    const key = `${layer}/${head}`;
    return this.#matrices.get(key) ?? this.#matrices.set(key, this.#arrange(weights));
  }

  /** The heads' matrices in one, by "mean" or "max"; null while the layer is not here. */
  combined(layer, heads, how = "mean") {
    const size = this.tokens.length;
    const values = new Float32Array(size * size);
    for (const head of heads) {
      const matrix = this.matrix(layer, head);
      if (!matrix) return null;
      if (how === "max") for (let index = 0; index < values.length; index += 1) values[index] = Math.max(values[index], matrix[index]);
      else for (let index = 0; index < values.length; index += 1) values[index] += matrix[index] / heads.length;
    }
    return values;
  }

  #arrange(weights) {
    const { size } = this.lens;
    const values = new Float32Array(this.tokens.length ** 2);
    const isOpen = this.filter === "all" || this.lens.sentenceBStart === null;
    const allowed = (query, key) => isOpen || this.filter === "ab"[query.segment] + "ab"[key.segment];
    let at = 0;
    for (const query of this.tokens) {
      for (const key of this.tokens) {
        let sum = 0;
        if (allowed(query, key)) for (const row of query.indices) for (const column of key.indices) sum += weights[row * size + column];
        values[at++] = sum / query.indices.length;
      }
    }
    return values;
  }
}
