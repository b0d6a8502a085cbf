// The picture of the matrix view: heat map, labels, marks and the scale of colours.

import { heat, theme } from "../colours.js";
import { number } from "../elements.js";
import { fitted, widestOf } from "../surface.js";

const textSize = 13;
const slant = 60; // degrees that the labels on top rise
const scaleRoom = 92; // pixels at the right for the scale of colours and the last labels' ends

/**
 * Paints a matrix of `values` with `tokens` on both axes into `width` by at most `limit` CSS pixels, with `isFile`
 * on a surface that it sizes itself. Returns where the matrix begins, `x` and `y`, and the `height` of all.
 */
export function paintMatrix(surface, { width, limit, tokens, values, viewport, maximum, logScale, colourOf, active, chosen, isFile }) {
  const place = layout({ width, limit, tokens, viewport });
  if (isFile) surface.clear(width, place.height);
  const colours = theme();
  surface.rectangle(0, 0, width, place.height, { fill: colours.surface });
  const { x, y } = place;
  const { cell, side } = viewport;
  const first = { row: Math.floor(viewport.row), column: Math.floor(viewport.column) };
  const last = {
    row: Math.min(tokens.length - 1, Math.ceil(viewport.row + side / cell) - 1),
    column: Math.min(tokens.length - 1, Math.ceil(viewport.column + side / cell) - 1),
  };
  const top = (row) => y + (row - viewport.row) * cell;
  const left = (column) => x + (column - viewport.column) * cell;

  surface.clip(x, y, side, side);
  surface.image(values, tokens.length, tokens.length, left(0), top(0), tokens.length * cell, tokens.length * cell, colourOf);
  if (cell >= 14) paintGaps(surface, { first, last, left, top, x, y, side });
  if (cell >= 34) paintValues(surface, { first, last, left, top, cell, values, size: tokens.length, colourOf });
  paintBoundaries(surface, { tokens, first, last, left, top, x, y, side });
  paintMarks(surface, { active, chosen, left, top, x, y, cell, side });
  surface.unclip();
  surface.rectangle(x - 0.5, y - 0.5, side + 1, side + 1, { stroke: colours.line });

  paintRowLabels(surface, { tokens, first: first.row, last: last.row, top, x, cell, place, marked: [active?.row, chosen], side, y });
  paintColumnLabels(surface, { tokens, first: first.column, last: last.column, left, y, cell, place, marked: [active?.column], x, side });
  paintScale(surface, { x: x + side + 22, y, height: Math.min(side, 180), maximum, logScale, dark: colours.dark });
  return place;
}

function layout({ width, limit, tokens, viewport }) {
  const text = Math.min(Math.max(40, widestOf(tokens, textSize)), width < 560 ? 72 : 130);
  const rise = text * Math.sin((slant * Math.PI) / 180) + 20;
  const reach = text * Math.cos((slant * Math.PI) / 180) + 8;
  const right = Math.max(scaleRoom, reach);
  viewport.fit(tokens.length, Math.min(width - text - 14 - right, limit - rise - 10));
  const x = Math.max(text + 12, (width - viewport.side - text - right) / 2 + text);
  return { x, y: rise, text, height: rise + viewport.side + 8 };
}

function paintGaps(surface, { first, last, left, top, x, y, side }) {
  const style = { colour: theme().surface, alpha: 0.7 };
  for (let row = first.row + 1; row <= last.row; row += 1) surface.line(x, top(row), x + side, top(row), style);
  for (let column = first.column + 1; column <= last.column; column += 1) surface.line(left(column), y, left(column), y + side, style);
}

function paintValues(surface, { first, last, left, top, cell, values, size, colourOf }) {
  for (let row = first.row; row <= last.row; row += 1) {
    for (let column = first.column; column <= last.column; column += 1) {
      const value = values[row * size + column];
      if (value < 0.005) continue;
      const [red, green, blue] = colourOf(value);
      const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 128;
      surface.text(value.toFixed(2).replace(/^0/, ""), left(column) + cell / 2, top(row) + cell / 2,
        { align: "center", size: 12, colour: light ? "#111" : "#fff" });
    }
  }
}

/** Lines where one text ends and the other begins. */
function paintBoundaries(surface, { tokens, first, last, left, top, x, y, side }) {
  const style = { colour: theme().muted, width: 1.5 };
  const isBoundary = (at) => at > 0 && tokens[at].segment !== tokens[at - 1].segment;
  for (let row = first.row; row <= last.row; row += 1) if (isBoundary(row)) surface.line(x, top(row), x + side, top(row), style);
  for (let column = first.column; column <= last.column; column += 1) if (isBoundary(column)) surface.line(left(column), y, left(column), y + side, style);
}

function paintMarks(surface, { active, chosen, left, top, x, y, cell, side }) {
  const { accent } = theme();
  const band = Math.max(cell, 2);
  if (chosen !== null) surface.rectangle(x + 1, top(chosen), side - 2, band, { stroke: accent, width: 1.5, alpha: 0.8 });
  if (!active) return;
  surface.rectangle(x, top(active.row), side, band, { fill: accent, alpha: 0.16 });
  surface.rectangle(left(active.column), y, band, side, { fill: accent, alpha: 0.16 });
  const reach = Math.max(0, 7 - cell) / 2; // so that the mark of a cell of one pixel is seen
  surface.rectangle(left(active.column) - reach, top(active.row) - reach, cell + 2 * reach, cell + 2 * reach, { stroke: accent, width: 2 });
}

/** Labels of as many tokens as there is room for, and of the marked ones. */
function labelled(first, last, cell, room, marked) {
  const step = Math.max(1, Math.ceil(room / cell));
  const near = (at) => marked.some((mark) => mark !== at && Math.abs(mark - at) * cell < room);
  const found = [];
  for (let at = first; at <= last; at += 1) {
    const isMarked = marked.includes(at);
    if (isMarked || (at % step === 0 && !near(at))) found.push({ at, isMarked });
  }
  return found;
}

function paintRowLabels(surface, { tokens, first, last, top, x, y, cell, side, place, marked }) {
  const present = marked.filter((at) => at !== null && at !== undefined);
  for (const { at, isMarked } of labelled(first, last, cell, 15, present)) {
    const middle = top(at) + cell / 2;
    if (middle < y - 2 || middle > y + side + 2) continue;
    const text = fitted(surface, tokens[at].text, place.text, textSize);
    surface.text(text, x - 8, middle, { align: "right", size: textSize, ...labelStyle(tokens[at], isMarked) });
  }
}

function paintColumnLabels(surface, { tokens, first, last, left, x, y, cell, side, place, marked }) {
  const present = marked.filter((at) => at !== null && at !== undefined);
  for (const { at, isMarked } of labelled(first, last, cell, 17, present)) {
    const middle = left(at) + cell / 2;
    if (middle < x - 2 || middle > x + side + 2) continue;
    const text = fitted(surface, tokens[at].text, place.text, textSize);
    surface.text(text, middle + 2, y - 7, { rotate: -slant, size: textSize, ...labelStyle(tokens[at], isMarked) });
  }
}

function labelStyle(token, isMarked) {
  const colours = theme();
  if (isMarked) return { colour: colours.accent, weight: 600 };
  return { colour: token.special ? colours.muted : colours.text };
}

function paintScale(surface, { x, y, height, maximum, logScale, dark }) {
  const colours = theme();
  const steps = 48;
  for (let step = 0; step < steps; step += 1) {
    const colour = heat(1 - (step + 0.5) / steps, dark);
    surface.rectangle(x, y + (step * height) / steps, 12, height / steps + 0.5, { fill: `rgb(${colour.join(",")})` });
  }
  surface.rectangle(x - 0.5, y - 0.5, 13, height + 1, { stroke: colours.line });
  const ticks = logScale ? [0, 1, 2, 3, 4].map((power) => [power / 4, maximum / 10 ** power]) : [[0, maximum], [0.5, maximum / 2], [1, 0]];
  for (const [share, value] of ticks) {
    const text = value > 0 && value < 0.001 ? value.toExponential(1) : number(value);
    const label = logScale && share === 1 ? `≤ ${text}` : text;
    surface.text(label, x + 18, Math.max(y + 6, Math.min(y + height - 6, y + share * height)), { colour: colours.muted, size: 12 });
  }
}
