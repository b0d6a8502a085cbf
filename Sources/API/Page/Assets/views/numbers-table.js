// The numbers behind a view as a table that sorts by any column; built when it is opened.

import { make } from "../elements.js";

export class NumbersTable {
  /** `columns`: `[{ title, value: row -> number or text, cell?: row -> node or text }]`; the first names the row. */
  constructor(caption, columns) {
    Object.assign(this, { columns, rows: [], column: null, isFalling: true });
    this.body = make("tbody");
    this.arrows = columns.map(() => make("span", { "aria-hidden": "true" }));
    this.headers = columns.map(({ title }, index) => make("th", { scope: "col" },
      make("button", { type: "button", onclick: () => this.sort(index) }, title, this.arrows[index])));
    this.root = make("details", { class: "numbers-table", ontoggle: () => this.build() }, make("summary", {}, "The numbers as a table"),
      make("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": caption },
        make("table", {}, make("caption", {}, caption), make("thead", {}, make("tr", {}, this.headers)), this.body)));
  }

  /** Rows stand in the order given until a column is chosen. */
  show(rows) {
    this.rows = rows;
    this.build();
  }

  /** The greatest first; a second time turns the order round. */
  sort(column) {
    this.isFalling = column !== this.column || !this.isFalling;
    this.column = column;
    this.build();
  }

  build() {
    if (!this.root.open) return;
    const rows = [...this.rows];
    if (this.column !== null) {
      const { value } = this.columns[this.column];
      rows.sort((one, other) => (value(one) < value(other) ? -1 : value(one) > value(other) ? 1 : 0) * (this.isFalling ? -1 : 1));
    }
    this.headers.forEach((header, index) => {
      const isSorted = index === this.column;
      header.setAttribute("aria-sort", isSorted ? (this.isFalling ? "descending" : "ascending") : "none");
      this.arrows[index].textContent = isSorted ? (this.isFalling ? " ▼" : " ▲") : "";
    });
    this.body.replaceChildren(...rows.map((row) => make("tr", {}, this.columns.map(({ value, cell = value }, index) =>
      make(index ? "td" : "th", { scope: index ? null : "row" }, cell(row))))));
  }
}
