// Tabulator, set up as a sheet of text cells: the only file that knows Tabulator.
import {
  EditModule,
  FormatModule,
  FrozenColumnsModule,
  ResizeColumnsModule,
  ResizeTableModule,
  Tabulator,
} from "tabulator-tables";
import { alignment, content, heading, leastWidth, plain, span } from "./cells.js";
import { field } from "./editor.js";

Tabulator.registerModule([
  EditModule,
  FormatModule,
  FrozenColumnsModule,
  ResizeColumnsModule,
  ResizeTableModule,
]);

/**
 * @typedef {import("./cells.js").Column} Column
 * @typedef {import("./cells.js").Row} Row
 * @typedef {{ columns: Column[], rows: Row[], height: number | "auto", lang: string, label: string,
 *   placeholder: string, texts: Record<string, string>,
 *   editable: (column: Column) => boolean,
 *   done: (place: { r: number, c: number }, text: string | null, next: string) => void }} Options
 */

export class Sheet {
  /**
   * @param {HTMLElement} host
   * @param {Options} options
   * @param {() => void} built
   * @param {() => void} scrolled rows may have come into the page or left it
   * @param {() => void} redrawn Tabulator made its elements anew, as when the table comes into sight
   */
  constructor(host, options, built, scrolled, redrawn) {
    this.options = options;
    this.columns = options.columns;
    /** @type {Map<string, string>} reasons of refusals by place, until the cell is next accepted */
    this.refusals = new Map();
    /** @type {Map<unknown, any>} */
    this.byId = new Map();
    /** @type {string | undefined} */
    this.start = undefined;
    this.editing = false;
    /** @type {boolean | undefined} a redraw that waits for the writer; true: of everything */
    this.owed = undefined;
    /** @type {((force: boolean) => void) | undefined} */
    this.redraw = undefined;
    this.table = new Tabulator(host, {
      data: options.rows.map((row) => ({ ...row })),
      index: "id",
      nestedFieldSeparator: false,
      layout: "fitColumns",
      height: options.height === "auto" ? false : options.height,
      placeholder: span("cw-empty", options.placeholder || options.texts.empty),
      editTriggerEvent: "dblclick",
      columns: this.columns.map((column) => ({
        field: column.key,
        title: column.key,
        titleFormatter: () => heading(column),
        formatter: (/** @type {any} */ cell) => this.paint(cell),
        editor: this.editor(column),
        editable: () => options.editable(column),
        frozen: column.frozen ?? false,
        hozAlign: alignment(column),
        headerHozAlign: alignment(column),
        width: column.width,
        minWidth: Math.min(column.width ?? Infinity, leastWidth(column)),
        headerWordWrap: true,
        resizable: "header",
      })),
    });
    this.holdRedraws();
    this.table.on("renderComplete", () => this.order && redrawn());
    this.table.on("tableBuilt", () => {
      const el = this.table.element;
      el.setAttribute("aria-label", options.label || options.texts.table);
      el.setAttribute("aria-multiselectable", "true");
      el.setAttribute("aria-colcount", String(this.columns.length));
      this.standBy(false); // its cells have the focus
      this.standIn().setAttribute("role", "rowgroup"); // what can have the focus needs a role
      this.table.rowManager.tableElement.setAttribute("role", "presentation");
      this.standIn().addEventListener("scroll", () => requestAnimationFrame(scrolled));
      this.index();
      built();
    });
  }

  /** What scrolls the rows: it can have the focus while the active cell's row is out of the page. */
  standIn() {
    return /** @type {HTMLElement} */ (this.table.rowManager.element);
  }

  /** Whether the Tab key stops at the stand-in. @param {boolean} on */
  standBy(on) {
    if (on) this.standIn().tabIndex = 0;
    else this.standIn().removeAttribute("tabindex");
  }

  /** Tabulator redraws when the table comes into sight or changes its width: not below a writer. */
  holdRedraws() {
    const module = this.table.modules.resizeTable;
    const redraw = module.redrawTable.bind(module);
    module.redrawTable = (/** @type {boolean} */ force) => {
      const whole = force || this.owed === true;
      this.owed = this.editing ? whole : undefined;
      if (!this.editing) redraw(whole);
    };
    this.redraw = module.redrawTable;
  }

  /** @param {Column} column */
  editor(column) {
    return (
      /** @type {any} */ cell,
      /** @type {(f: () => void) => void} */ rendered,
      /** @type {unknown} */ _success,
      /** @type {() => void} */ cancel,
    ) => {
      const place = this.place(cell.getElement());
      const start = this.start;
      this.start = undefined;
      this.editing = true;
      const el = field({
        column,
        value: cell.getValue(),
        start,
        label: `${column.title}, ${plain(this.columns[0], cell.getData()[this.columns[0].key])}`,
        done: (text, next) => {
          this.editing = false;
          cancel(); // the value is set by who commits it
          if (place) this.options.done(place, text, next);
          if (this.owed !== undefined) this.redraw?.(this.owed);
        },
      });
      rendered(() => {
        el.focus({ preventScroll: true });
        if (start === undefined && "select" in el) /** @type {HTMLInputElement} */ (el).select();
      });
      return el;
    };
  }

  /** Draw a cell: text, marks, tooltip. @param {any} cell */
  paint(cell) {
    const column = /** @type {Column} */ (this.columns.find((c) => c.key === cell.getField()));
    const data = cell.getData();
    const el = cell.getElement();
    const reason = this.refusals.get(JSON.stringify([data.id, column.key]));
    const view = content(column, cell.getValue(), this.options);
    const extra = String(data._classes?.[column.key] ?? "").split(/\s+/).filter(Boolean);
    view.classList.add(...extra);
    view.classList.toggle("cw-refused", reason !== undefined);
    const whole = column.kind === "text" ? plain(column, cell.getValue()) : "";
    el.title = reason ?? data._titles?.[column.key] ?? whole;
    el.toggleAttribute("aria-invalid", reason !== undefined);
    el.setAttribute("role", column.frozen ? "rowheader" : "gridcell");
    el.setAttribute("aria-colindex", String(this.columns.indexOf(column) + 1));
    el.setAttribute("aria-readonly", String(!this.options.editable(column)));
    if (!el.classList.contains("cw-active")) el.tabIndex = -1;
    return view;
  }

  /** After the rows were replaced. */
  index() {
    const rows = this.table.getRows();
    this.byId = new Map(rows.map((/** @type {any} */ row) => [row.getData().id, row]));
    this.order = rows;
    this.table.element.setAttribute("aria-rowcount", String(rows.length + 1));
    rows.forEach((/** @type {any} */ row, /** @type {number} */ i) =>
      row.getElement().setAttribute("aria-rowindex", String(i + 2)),
    );
  }

  /** @param {Row[]} rows */
  async replace(rows) {
    await this.table.replaceData(rows.map((row) => ({ ...row })));
    this.index();
  }

  /**
   * Write values, classes and titles into rows that stand; keys that are no column are kept as data.
   * @param {Row[]} patches
   */
  patch(patches) {
    for (const { id, ...changes } of patches) {
      const row = this.byId.get(id);
      if (!row) continue;
      Object.assign(row.getData(), changes);
      for (const cell of row.getCells())
        if (cell.getField() in changes) cell.setValue(changes[cell.getField()]);
      for (const cell of row.getCells()) this.repaint(cell);
    }
  }

  /** @param {any} cell */
  repaint(cell) {
    const el = cell.getElement();
    if (!el.classList.contains("tabulator-editing")) el.replaceChildren(this.paint(cell));
  }

  /**
   * Show why a value was refused, or (without a reason) that it no longer is.
   * @param {string | number} id
   * @param {string} key
   * @param {string} [reason]
   */
  refuse(id, key, reason) {
    const place = JSON.stringify([id, key]);
    if (reason === undefined) this.refusals.delete(place);
    else this.refusals.set(place, reason);
    const cell = this.byId.get(id)?.getCell(key);
    if (cell) this.repaint(cell);
  }

  /** Take away what was said of refusals: the writer has gone on. */
  forgive() {
    for (const place of [...this.refusals.keys()]) {
      const [id, key] = JSON.parse(place);
      this.refuse(id, key);
    }
  }

  size() {
    return { r: this.order?.length ?? 0, c: this.columns.length };
  }

  /**
   * @param {number} r
   * @param {number} c
   */
  at(r, c) {
    return this.order?.[r]?.getCell(this.columns[c]?.key) || undefined;
  }

  /**
   * @param {number} r
   * @param {number} c
   * @returns {HTMLElement | undefined}
   */
  cell(r, c) {
    return this.at(r, c)?.getElement();
  }

  /**
   * The place of the cell that holds a node.
   * @param {EventTarget | null} node
   */
  place(node) {
    const el = node instanceof Element ? node.closest(".tabulator-cell") : null;
    if (!el || !this.order) return undefined;
    const r = this.order.findIndex((/** @type {any} */ row) => row.getElement() === el.parentElement);
    const c = this.columns.findIndex((column) => column.key === el.getAttribute("tabulator-field"));
    return r < 0 || c < 0 ? undefined : { r, c };
  }

  /**
   * Scroll a cell into view, within the table only.
   * @param {number} r
   * @param {number} c
   */
  reveal(r, c) {
    const el = this.cell(r, c);
    if (!el) return;
    if (!el.isConnected) this.table.scrollToRow(this.order[r], "center", true);
    el.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /**
   * Turn a cell into a field.
   * @param {number} r
   * @param {number} c
   * @param {string} [start]
   */
  edit(r, c, start) {
    this.start = start;
    this.at(r, c)?.edit();
    this.start = undefined;
  }
}
