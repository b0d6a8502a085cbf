// The picture of the head view: two columns of tokens, the lines between them, and the squares of the active token's weights.

import { headColour, intensity, theme } from "../colours.js";
import { fitted, widestOf } from "../surface.js";
import { budget, linesOf, opacityOf, visibleLines } from "./head-lines.js";

/** CSS pixels above the first token. */
export const heading = 30;
const textSize = 14;
/** The most lines while scrolling would be slow with all of them. */
const hurriedBudget = 400;

/** The weight between the active token and the one at `other` on the other side. */
export function weightOf(matrix, size, { side, index }, other) {
  return side === "left" ? matrix[index * size + other] : matrix[other * size + index];
}

/**
 * Paints the part of a scene that is in sight: `width`, `height`, `scrollTop`, `isHurried`; `tokens`, `row` (the height of one); `heads`, and
 * `matrices` as { head, matrix }, none of them while they are not here; `active` and `partner`, tokens as { side, index } or null; `threshold`,
 * `logScale`. Returns where the columns are, and as `left` how many lines were too many.
 */
export function paintHeads(surface, scene) {
  const { tokens, row, width, height, scrollTop } = scene;
  const colours = theme();
  const place = layout(scene);
  const sight = {
    first: Math.max(0, Math.floor((scrollTop - heading) / row)),
    last: Math.min(tokens.length - 1, Math.ceil((scrollTop + height - heading) / row)),
    y: (index) => heading + (index + 0.5) * row - scrollTop,
  };
  place.left = paintLines(surface, scene, place, sight);
  for (const side of ["left", "right"]) paintTokens(surface, scene, place, sight, side);
  paintBoundaries(surface, scene, place, sight);
  if (scene.active) {
    paintSquares(surface, scene, place, sight);
    if (tokens.length * row > height) paintOverview(surface, scene);
  }
  surface.rectangle(0, 0, width, heading - 4, { fill: colours.surface });
  const style = { colour: colours.muted, size: 12 };
  surface.text("query", place.start - 12, 12, { ...style, align: "right", weight: 600 });
  if (place.end - place.start > 160) surface.text("looks at →", (place.start + place.end) / 2, 12, { ...style, align: "center" });
  surface.text("key", place.end + 12, 12, { ...style, weight: 600 });
  return place;
}

/** From `outerLeft` to `outerRight`: squares, tokens, lines from `start` to `end`, tokens, squares. */
function layout({ tokens, heads, width }) {
  const isNarrow = width < 640;
  const square = isNarrow ? 6 : 11;
  const squares = Math.min(heads.length * (square + 1), width * (isNarrow ? 0.13 : 0.2));
  const text = Math.min(Math.max(widestOf(tokens, textSize), 64), width * (isNarrow ? 0.19 : 0.22));
  const beside = squares + text + 24;
  const lines = Math.max(40, Math.min(420, width - 2 * beside - 16));
  const outerLeft = Math.max(4, width / 2 - lines / 2 - beside);
  const start = outerLeft + beside;
  return { square, squares, text, start, end: start + lines, outerLeft, outerRight: start + lines + beside };
}

/** On the log scale squared: or else nearly every line would be nearly opaque. */
function opacityOfWeight(weight, logScale) {
  const opacity = intensity(weight, 1, logScale);
  return logScale ? opacity * opacity : opacity;
}

function paintLines(surface, { tokens, heads, matrices, active, threshold, logScale, isHurried }, place, { first, last, y }) {
  const options = { threshold, opacity: (weight) => opacityOfWeight(weight, logScale), first, last, most: isHurried ? hurriedBudget : budget };
  const { groups, stubs, left } = active
    ? linesOf(matrices, tokens.length, { ...active, ...options })
    : visibleLines(matrices, tokens.length, options);
  for (const { head, level, pairs } of groups) {
    const points = [];
    for (let at = 0; at < pairs.length; at += 2) points.push(place.start, y(pairs[at]), place.end, y(pairs[at + 1]));
    const alpha = opacityOf(level);
    surface.curves(points, { colour: headColour(head), alpha, width: 1 + 1.5 * alpha });
  }
  if (isHurried) return left;
  for (const { head, level, ends } of stubs) {
    const steep = 3 + (10 * heads.indexOf(head)) / heads.length;
    const points = [];
    for (let at = 0; at < ends.length; at += 3) {
      const [x, inward] = ends[at] === "left" ? [place.start, 26] : [place.end, -26];
      const from = y(ends[at + 1]);
      points.push(x, from, x + inward, from + (ends[at + 2] ? -steep : steep));
    }
    surface.curves(points, { colour: headColour(head), alpha: opacityOf(level), width: 1.5 });
  }
  return left;
}

function paintTokens(surface, { tokens, row, active, partner }, place, { first, last, y }, side) {
  const colours = theme();
  const marked = [active, partner].filter((token) => token?.side === side).map((token) => token.index);
  for (let index = first; index <= last; index += 1) {
    const text = fitted(surface, tokens[index].text, place.text, textSize);
    const x = side === "left" ? place.start - 12 : place.end + 12;
    const isMarked = marked.includes(index);
    if (isMarked) {
      const width = surface.measure(text, textSize, 600) + 14;
      surface.rectangle(side === "left" ? x + 7 - width : x - 7, y(index) - row / 2 + 1, width, row - 2,
        { fill: colours.background, stroke: colours.accent, width: 1.5, radius: 5 });
    }
    surface.text(text, x, y(index), {
      colour: tokens[index].special ? colours.muted : colours.text,
      align: side === "left" ? "right" : "left",
      size: textSize,
      weight: isMarked ? 600 : 400,
    });
  }
}

/** A line where one text ends and the other begins. */
function paintBoundaries(surface, { tokens, row }, place, { first, last, y }) {
  for (let index = Math.max(1, first); index <= last; index += 1) {
    if (tokens[index].segment === tokens[index - 1].segment) continue;
    const height = y(index) - row / 2;
    surface.line(place.start - 12 - place.text, height, place.start, height, { colour: theme().line });
    surface.line(place.end, height, place.end + 12 + place.text, height, { colour: theme().line });
  }
}

/** One square for each head beside the other side's tokens, as opaque as its weight is beside the strongest of them. */
function paintSquares(surface, { tokens, row, heads, matrices, active, logScale }, place, { first, last, y }) {
  const pitch = place.squares / heads.length;
  const size = Math.min(place.square, pitch - 1, row - 6);
  const start = active.side === "left" ? place.end + 24 + place.text : place.outerLeft;
  let maximum = 0;
  for (const { matrix } of matrices) {
    for (let other = 0; other < tokens.length; other += 1) maximum = Math.max(maximum, weightOf(matrix, tokens.length, active, other));
  }
  for (let index = first; index <= last; index += 1) {
    for (const { head, matrix } of matrices) {
      const x = start + heads.indexOf(head) * pitch;
      const alpha = intensity(weightOf(matrix, tokens.length, active, index), maximum, logScale);
      surface.rectangle(x, y(index) - size / 2, size, size, { fill: theme().line, alpha: 0.35 });
      if (alpha > 0) surface.rectangle(x, y(index) - size / 2, size, size, { fill: headColour(head), alpha });
    }
  }
}

/** A strip at the edge that stands for the whole text: where, also out of sight, the active token's lines end. */
function paintOverview(surface, { tokens, matrices, active, threshold, logScale, width, height }) {
  const scale = (height - heading) / tokens.length;
  const x = active.side === "left" ? width - 9 : 1;
  surface.rectangle(x, heading, 8, height - heading, { fill: theme().line, alpha: 0.35 });
  for (const { head, matrix } of matrices) {
    for (let other = 0; other < tokens.length; other += 1) {
      const weight = weightOf(matrix, tokens.length, active, other);
      const alpha = opacityOfWeight(weight, logScale);
      if (weight < threshold || alpha < 0.02) continue;
      surface.rectangle(x, heading + other * scale, 8, Math.max(2, scale), { fill: headColour(head), alpha });
    }
  }
}
