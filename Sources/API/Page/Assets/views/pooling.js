// Matrices made small enough to be thumbnails.

/**
 * A matrix of `size` x `size` values pooled to `side` x `side`: the largest of each block of neighbouring queries and keys, which keeps
 * thin lines. A matrix that is small enough is only copied.
 */
export function pooled(matrix, size, side) {
  if (side >= size) return new Float32Array(matrix);
  const result = new Float32Array(side * side);
  const blocks = Uint16Array.from({ length: size }, (_, at) => Math.floor((at * side) / size));
  for (let query = 0; query < size; query += 1) {
    const start = blocks[query] * side;
    for (let key = 0; key < size; key += 1) {
      const weight = matrix[query * size + key];
      if (weight > result[start + blocks[key]]) result[start + blocks[key]] = weight;
    }
  }
  return result;
}

/** The largest value and where it is. */
export function strongestPair(matrix, size) {
  let at = 0;
  for (let index = 1; index < matrix.length; index += 1) if (matrix[index] > matrix[at]) at = index;
  return { weight: matrix[at] ?? 0, query: Math.floor(at / size), key: at % size };
}
