// Two surfaces with the same methods: one paints on a canvas, one writes an SVG file. Coordinates are CSS pixels from the
// top left; angles are degrees, clockwise; text is centred on its y.

const font = 'system-ui, -apple-system, "Segoe UI", sans-serif';
const fontOf = (size, weight) => `${weight ?? 400} ${size}px ${font}`;
const measuring = document.createElement("canvas").getContext("2d");
const widths = new Map();
const widest = new WeakMap();
const pictures = new WeakMap();

/** The width of a text in CSS pixels; kept, since measuring is slow beside painting. */
function widthOf(string, size, weight) {
  const key = `${size} ${weight ?? 400} ${string}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 20000) widths.clear();
    measuring.font = fontOf(size, weight);
    width = measuring.measureText(string).width;
    widths.set(key, width);
  }
  return width;
}

/** The width of the widest of some tokens' texts, `{ text }`; measured once for each list. */
export function widestOf(tokens, size) {
  const kept = widest.get(tokens);
  if (kept?.size === size) return kept.width;
  const width = tokens.reduce((most, { text }) => Math.max(most, widthOf(text, size)), 0);
  widest.set(tokens, { size, width });
  return width;
}

/** `string`, or as much of its beginning as fits into `width` and an ellipsis. */
export function fitted(surface, string, width, size) {
  if (surface.measure(string, size) <= width) return string;
  const letters = [...string];
  let length = letters.length;
  while (length > 1 && surface.measure(letters.slice(0, length).join("") + "…", size) > width) length -= 1;
  return letters.slice(0, length).join("") + "…";
}

/** A heat map of one pixel for each value, drawn once for each array and colouring. */
function picture(values, columns, rows, colourOf) {
  const kept = pictures.get(values);
  if (kept && kept.colourOf === colourOf && kept.columns === columns) return kept.canvas;
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  for (let index = 0; index < columns * rows; index += 1) {
    const colour = colourOf(values[index]);
    if (!colour) continue;
    image.data[4 * index] = colour[0];
    image.data[4 * index + 1] = colour[1];
    image.data[4 * index + 2] = colour[2];
    image.data[4 * index + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  pictures.set(values, { colourOf, columns, canvas });
  return canvas;
}

export class CanvasSurface {
  constructor(canvas = document.createElement("canvas"), ratio = globalThis.devicePixelRatio || 1) {
    this.canvas = canvas;
    this.ratio = ratio;
    this.context = canvas.getContext("2d");
    this.width = 0;
    this.height = 0;
  }

  /** Makes the surface `width` by `height` CSS pixels and empty. */
  clear(width, height) {
    const pixelWidth = Math.max(1, Math.round(width * this.ratio));
    const pixelHeight = Math.max(1, Math.round(height * this.ratio));
    if (this.canvas.width !== pixelWidth || this.canvas.height !== pixelHeight) {
      this.canvas.width = pixelWidth;
      this.canvas.height = pixelHeight;
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    } else {
      this.context.setTransform(1, 0, 0, 1, 0, 0);
      this.context.clearRect(0, 0, pixelWidth, pixelHeight);
    }
    this.width = width;
    this.height = height;
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
  }

  line(x1, y1, x2, y2, style = {}) {
    this.context.beginPath();
    this.context.moveTo(x1, y1);
    this.context.lineTo(x2, y2);
    this.#stroke(style);
  }

  curve(x1, y1, x2, y2, style = {}) {
    this.curves([x1, y1, x2, y2], style);
  }

  /** Many curves of one style, as x1, y1, x2, y2 one after the other: one stroke, which is what makes thousands of them quick. */
  curves(points, style = {}) {
    const context = this.context;
    context.beginPath();
    for (let at = 0; at < points.length; at += 4) {
      const middle = (points[at] + points[at + 2]) / 2;
      context.moveTo(points[at], points[at + 1]);
      context.bezierCurveTo(middle, points[at + 1], middle, points[at + 3], points[at + 2], points[at + 3]);
    }
    this.#stroke(style);
  }

  rectangle(x, y, width, height, { fill, stroke, alpha = 1, width: lineWidth = 1, radius = 0 } = {}) {
    const context = this.context;
    context.globalAlpha = alpha;
    if (!stroke && !radius) { // quicker than a path
      context.fillStyle = fill;
      context.fillRect(x, y, width, height);
      context.globalAlpha = 1;
      return;
    }
    context.beginPath();
    if (radius > 0) context.roundRect(x, y, width, height, radius);
    else context.rect(x, y, width, height);
    this.#paint(fill, stroke, lineWidth);
  }

  circle(x, y, radius, { fill, stroke, alpha = 1, width = 1 } = {}) {
    this.context.globalAlpha = alpha;
    this.context.beginPath();
    this.context.arc(x, y, radius, 0, 2 * Math.PI);
    this.#paint(fill, stroke, width);
  }

  text(string, x, y, { colour = "black", align = "left", size = 13, rotate = 0, weight, alpha = 1 } = {}) {
    const context = this.context;
    context.globalAlpha = alpha;
    context.fillStyle = colour;
    context.font = fontOf(size, weight);
    context.textAlign = align;
    context.textBaseline = "middle";
    if (rotate) {
      context.save();
      context.translate(x, y);
      context.rotate((rotate * Math.PI) / 180);
      context.fillText(string, 0, 0);
      context.restore();
    } else {
      context.fillText(string, x, y);
    }
    context.globalAlpha = 1;
  }

  /** A heat map; `colourOf(value)` gives [red, green, blue] or null. Keep `values` and `colourOf` to have it drawn once only. */
  image(values, columns, rows, x, y, width, height, colourOf) {
    this.context.imageSmoothingEnabled = width * this.ratio < columns;
    this.context.drawImage(picture(values, columns, rows, colourOf), x, y, width, height);
  }

  /** Nothing is painted outside of the rectangle until `unclip()`. */
  clip(x, y, width, height) {
    this.context.save();
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.context.clip();
  }

  unclip() {
    this.context.restore();
  }

  measure(string, size = 13, weight) {
    return widthOf(string, size, weight);
  }

  #stroke({ colour = "black", width = 1, alpha = 1 }) {
    this.context.globalAlpha = alpha;
    this.context.strokeStyle = colour;
    this.context.lineWidth = width;
    this.context.stroke();
    this.context.globalAlpha = 1;
  }

  #paint(fill, stroke, width) {
    if (fill) {
      this.context.fillStyle = fill;
      this.context.fill();
    }
    if (stroke) {
      this.context.strokeStyle = stroke;
      this.context.lineWidth = width;
      this.context.stroke();
    }
    this.context.globalAlpha = 1;
  }
}

const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (string) => String(string)
  .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "\ufffd") // XML 1.0 has no such characters
  .replace(/[&<>"]/g, (letter) => entities[letter]);
const short = (number) => String(Math.round(number * 100) / 100);

export class SVGSurface {
  constructor() {
    this.clear(0, 0);
  }

  clear(width, height) {
    this.width = width;
    this.height = height;
    this.parts = [];
    this.clips = 0;
  }

  line(x1, y1, x2, y2, style = {}) {
    this.#add(`<path d="M${short(x1)} ${short(y1)}L${short(x2)} ${short(y2)}"${this.#stroke(style)}/>`);
  }

  curve(x1, y1, x2, y2, style = {}) {
    this.curves([x1, y1, x2, y2], style);
  }

  curves(points, style = {}) {
    let path = "";
    for (let at = 0; at < points.length; at += 4) {
      const [x1, y1, x2, y2] = [points[at], points[at + 1], points[at + 2], points[at + 3]].map(short);
      const middle = short((points[at] + points[at + 2]) / 2);
      path += `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
    }
    if (path) this.#add(`<path d="${path}"${this.#stroke(style)}/>`);
  }

  rectangle(x, y, width, height, { radius = 0, ...style } = {}) {
    const corner = radius ? ` rx="${radius}"` : "";
    this.#add(`<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"${corner}${this.#paint(style)}/>`);
  }

  circle(x, y, radius, style = {}) {
    this.#add(`<circle cx="${short(x)}" cy="${short(y)}" r="${short(radius)}"${this.#paint(style)}/>`);
  }

  text(string, x, y, { colour = "black", align = "left", size = 13, rotate = 0, weight, alpha = 1 } = {}) {
    const anchor = { left: "start", center: "middle", right: "end" }[align];
    const turn = rotate ? ` transform="rotate(${short(rotate)} ${short(x)} ${short(y)})"` : "";
    const style = (weight ? ` font-weight="${weight}"` : "") + (alpha < 1 ? ` opacity="${short(alpha)}"` : "");
    this.#add(`<text x="${short(x)}" y="${short(y)}" font-size="${size}" text-anchor="${anchor}" `
      + `dominant-baseline="central" fill="${escaped(colour)}"${style}${turn}>${escaped(string)}</text>`);
  }

  /** Small heat maps are rectangles, which every editor can change; large ones a picture inside the file. */
  image(values, columns, rows, x, y, width, height, colourOf) {
    if (columns * rows > 1024) {
      const address = picture(values, columns, rows, colourOf).toDataURL("image/png");
      this.#add(`<image x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" `
        + `preserveAspectRatio="none" image-rendering="pixelated" href="${address}"/>`);
      return;
    }
    for (let index = 0; index < columns * rows; index += 1) {
      const colour = colourOf(values[index]);
      if (!colour) continue;
      const column = index % columns;
      const row = (index - column) / columns;
      this.rectangle(x + (column * width) / columns, y + (row * height) / rows, width / columns, height / rows,
        { fill: `rgb(${colour.join(",")})` });
    }
  }

  clip(x, y, width, height) {
    this.clips += 1;
    this.#add(`<clipPath id="clip${this.clips}"><rect x="${short(x)}" y="${short(y)}" width="${short(width)}" `
      + `height="${short(height)}"/></clipPath><g clip-path="url(#clip${this.clips})">`);
  }

  unclip() {
    this.#add("</g>");
  }

  measure(string, size = 13, weight) {
    return widthOf(string, size, weight);
  }

  /** The file. */
  toString() {
    const [width, height] = [short(this.width), short(this.height)];
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" `
      + `font-family="${escaped(font)}">\n${this.parts.join("\n")}\n</svg>\n`;
  }

  #add(part) {
    this.parts.push(part);
  }

  #stroke({ colour = "black", width = 1, alpha = 1 }) {
    return ` fill="none" stroke="${escaped(colour)}" stroke-width="${short(width)}"${alpha < 1 ? ` stroke-opacity="${short(alpha)}"` : ""}`;
  }

  #paint({ fill, stroke, alpha = 1, width: lineWidth = 1 }) {
    return ` fill="${escaped(fill ?? "none")}"${stroke ? ` stroke="${escaped(stroke)}" stroke-width="${short(lineWidth)}"` : ""}`
      + (alpha < 1 ? ` opacity="${short(alpha)}"` : "");
  }
}
