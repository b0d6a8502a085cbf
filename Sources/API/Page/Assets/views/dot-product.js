// Attention by the book, softmax(q·k / √D), to compare with the weights that a model really gave.

/** q·k / √D for each of `size` keys; `vector` is [D], `keys` [size, D]. */
export function scoresOf(vector, keys, size, headSize) {
  const scores = new Float32Array(size);
  for (let key = 0; key < size; key += 1) {
    let sum = 0;
    for (let dimension = 0; dimension < headSize; dimension += 1) sum += vector[dimension] * keys[key * headSize + dimension];
    scores[key] = sum / Math.sqrt(headSize);
  }
  return scores;
}

/** The greatest difference between the softmax of the first `count` scores, and none after, and the weights. */
function difference(scores, weights, count) {
  const greatest = Math.max(...scores.subarray(0, count));
  const powers = scores.map((score, key) => (key < count ? Math.exp(score - greatest) : 0));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.reduce((most, power, key) => Math.max(most, Math.abs(power / total - weights[key])), 0);
}

/** Says whether the weights of a query's row are softmax(q·k / √D), within 1e-2. */
export function compared(scores, weights, query, headSize) {
  const plain = difference(scores, weights, scores.length);
  if (plain <= 0.01) return `The softmax of q·k / √${headSize} gives the model's weights.`;
  if (difference(scores, weights, query + 1) <= 0.01) {
    return `The softmax of q·k / √${headSize} over the tokens up to the query gives the model's weights: it does not look ahead.`;
  }
  return `The softmax of q·k / √${headSize} is not this model's weight: it differs by up to ${plain.toFixed(3)}. `
    + "Models with relative positions, other scales, biases or windows add terms to the product. The weights shown are the model's own.";
}
