// Which lines the head view draws: of each query the strongest weights, and of those the ones that are visible.

/** Of each query at most this many weights are kept; above a threshold of a 24th there are no more, since a row sums to one. */
const strongest = 24;
/** The most lines painted at once; beyond, the weakest are left out. */
export const budget = 1500;
/** Lines less opaque than this cannot be told from none and are left out. */
const faintest = 0.01;
/** Lines are painted in groups of one head and nearly one weight. */
const levels = 12;

const kept = new WeakMap();

/** The strongest weights of each query: `keys` and `weights`, `count` for each of `size` rows, strongest first. */
export function strongestOf(matrix, size) {
  let found = kept.get(matrix);
  if (!found) {
    found = select(matrix, size, Math.min(strongest, size));
    kept.set(matrix, found);
  }
  return found;
}

function select(matrix, size, count) {
  const keys = new Uint16Array(size * count);
  const weights = new Float32Array(size * count);
  for (let query = 0; query < size; query += 1) {
    const start = query * count;
    for (let key = 0; key < size; key += 1) {
      const weight = matrix[query * size + key];
      if (!(weight > weights[start + count - 1])) continue;
      let at = start + count - 1;
      while (at > start && weights[at - 1] < weight) {
        weights[at] = weights[at - 1];
        keys[at] = keys[at - 1];
        at -= 1;
      }
      weights[at] = weight;
      keys[at] = key;
    }
  }
  return { keys, weights, count };
}

/**
 * The lines among the tokens from `first` to `last`, as groups `{ head, level, pairs: [query, key, ...] }`, weak ones first, and of lines
 * that leave them one stub for each token, head and direction, as opaque as their weights together: `{ head, level, ends: [side, index, up, ...] }`.
 * `opacity(weight)` is from 0 to 1; at most `most` lines; `left` is how many were too many.
 */
export function visibleLines(matrices, size, { first, last, threshold, opacity, most = budget }) {
  const groups = [];
  const stubs = [];
  for (const { head, matrix } of matrices) {
    const { keys, weights, count } = strongestOf(matrix, size);
    const ofHead = Array.from({ length: levels }, () => []);
    const leaving = { left: new Float32Array(2 * size), right: new Float32Array(2 * size) }; // up and down of each token
    for (let query = 0; query < size; query += 1) {
      const isVisible = query >= first && query <= last;
      for (let at = query * count; at < (query + 1) * count; at += 1) {
        const weight = weights[at];
        if (weight <= 0 || weight < threshold) break;
        const key = keys[at];
        const reaches = key >= first && key <= last;
        if (isVisible && reaches) add(ofHead, opacity(weight), query, key);
        else if (isVisible) leaving.left[2 * query + (key < first ? 0 : 1)] += weight;
        else if (reaches) leaving.right[2 * key + (query < first ? 0 : 1)] += weight;
      }
    }
    ofHead.forEach((pairs, level) => pairs.length && groups.push({ head, level, pairs }));
    const ends = Array.from({ length: levels }, () => []);
    for (const side of ["left", "right"]) {
      for (let at = 2 * first; at < 2 * last + 2; at += 1) {
        ends[levelOf(opacity(Math.min(1, leaving[side][at])))].push(side, at >> 1, at % 2 === 0);
      }
    }
    for (let level = 1; level < levels; level += 1) if (ends[level].length) stubs.push({ head, level, ends: ends[level] });
  }
  return { ...limited(groups, most), stubs };
}

/** The lines of one token alone, all of those above the threshold: where a query looks, or who looks at a key. */
export function linesOf(matrices, size, { side, index, threshold, opacity }) {
  const groups = [];
  for (const { head, matrix } of matrices) {
    const ofHead = Array.from({ length: levels }, () => []);
    for (let other = 0; other < size; other += 1) {
      const [query, key] = side === "left" ? [index, other] : [other, index];
      const weight = matrix[query * size + key];
      if (weight > 0 && weight >= threshold) add(ofHead, opacity(weight), query, key);
    }
    ofHead.forEach((pairs, level) => pairs.length && groups.push({ head, level, pairs }));
  }
  return { ...limited(groups, budget), stubs: [] };
}

/** How opaque a group's lines are painted. */
export function opacityOf(level) {
  return (level + 0.5) / levels;
}

function add(groups, opacity, query, key) {
  if (opacity >= faintest) groups[levelOf(opacity)].push(query, key);
}

function levelOf(opacity) {
  return Math.min(levels - 1, Math.floor(opacity * levels));
}

function limited(groups, most) {
  groups.sort((a, b) => b.level - a.level);
  let room = most;
  let left = 0;
  for (const group of groups) {
    const lines = group.pairs.length / 2;
    if (lines > room) {
      left += lines - room;
      group.pairs.length = 2 * room;
    }
    room -= group.pairs.length / 2;
  }
  return { groups: groups.filter((group) => group.pairs.length).reverse(), left };
}
