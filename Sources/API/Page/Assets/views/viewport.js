// The part of a square matrix that is in sight: zoom and pan.

/** The largest side of a cell in CSS pixels, of a short text as well as zoomed in. */
const largestCell = 46;

export class Viewport {
  constructor() {
    this.size = 0; // rows and columns
    this.side = 0; // CSS pixels that all of it takes when not zoomed
    this.reset();
  }

  reset() {
    this.zoom = 1;
    this.column = 0; // the first column in sight, with fractions
    this.row = 0;
  }

  /** Fits `size` rows and columns into `space` CSS pixels. */
  fit(size, space) {
    this.size = size;
    this.side = Math.max(60, Math.min(space, size * largestCell));
    this.#clamp();
  }

  /** The side of a cell in CSS pixels. */
  get cell() {
    return (this.side / this.size) * this.zoom;
  }

  get zoomed() {
    return this.zoom > 1.001;
  }

  get mostZoom() {
    return Math.max(1, (largestCell * this.size) / this.side);
  }

  /** Zooms by a factor; the point at `x`, `y` (CSS pixels from the matrix's corner) stays where it is. False where nothing changed. */
  zoomBy(factor, x = this.side / 2, y = this.side / 2) {
    const zoom = Math.min(this.mostZoom, Math.max(1, this.zoom * factor));
    if (zoom === this.zoom) return false;
    const [column, row] = [this.column + x / this.cell, this.row + y / this.cell];
    this.zoom = zoom;
    this.column = column - x / this.cell;
    this.row = row - y / this.cell;
    this.#clamp();
    return true;
  }

  /** Moves by CSS pixels, as if the matrix were dragged. */
  drag(x, y) {
    this.column -= x / this.cell;
    this.row -= y / this.cell;
    this.#clamp();
  }

  /** Moves as little as brings a cell into sight. */
  reveal({ row, column }) {
    const sight = this.side / this.cell;
    this.row = Math.max(row + 1 - sight, Math.min(row, this.row));
    this.column = Math.max(column + 1 - sight, Math.min(column, this.column));
    this.#clamp();
  }

  /** The cell at a point, or null outside. */
  at(x, y) {
    if (x < 0 || y < 0 || x >= this.side || y >= this.side) return null;
    return {
      row: Math.min(this.size - 1, Math.floor(this.row + y / this.cell)),
      column: Math.min(this.size - 1, Math.floor(this.column + x / this.cell)),
    };
  }

  #clamp() {
    this.zoom = Math.min(this.mostZoom, Math.max(1, this.zoom));
    const most = Math.max(0, this.size - this.side / this.cell);
    this.row = Math.min(most, Math.max(0, this.row));
    this.column = Math.min(most, Math.max(0, this.column));
  }
}
