// What the writer does to the sheet: every way of changing cells ends in `propose`.
import { plain } from "./cells.js";
import { formatBlock, parseBlock } from "./clipboard.js";
import { History } from "./history.js";
import { Selection } from "./selection.js";

/**
 * @typedef {import("./history.js").Edit} Edit
 * @typedef {"type" | "paste" | "undo" | "redo"} Origin
 */

export class Session {
  /**
   * @param {Model} model
   * @param {(text: string) => void} announce what the writer is told, also by a screen reader
   */
  constructor(model, announce) {
    this.model = model;
    this.announce = announce;
    this.history = new History();
    /** @type {Map<number, { origin: Origin, batch: number, n: number }>} proposals not answered yet */
    this.waiting = new Map();
    this.sent = 0;
  }

  /**
   * Work on a sheet, from the first cell.
   * @param {import("./sheet.js").Sheet} sheet
   */
  open(sheet) {
    this.sheet = sheet;
    this.selection = new Selection(sheet);
  }

  /**
   * A text in the page's language, its placeholders filled.
   * @param {string} key
   * @param {Record<string, unknown>} [values]
   */
  say(key, values = {}) {
    const text = String(this.model.get("texts")[key] ?? key);
    return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  }

  /** Whether nothing may be changed; says so if asked to change something. */
  refuses() {
    const readonly = this.model.get("readonly");
    if (readonly) this.announce(this.say("This table is read-only."));
    return readonly;
  }

  /**
   * Show edits at once and propose them to Python.
   * @param {Edit[]} edits
   * @param {Origin} origin
   */
  propose(edits, origin) {
    if (!edits.length) return;
    this.sheet?.forgive();
    const byHand = origin === "type" || origin === "paste";
    const batch = byHand ? this.history.add(edits) : 0;
    this.sheet?.patch(edits.map((e) => ({ id: e.row, [e.key]: e.value })));
    this.waiting.set(++this.sent, { origin, batch, n: edits.length });
    this.model.send({ type: "edit", edits, origin, batch: this.sent });
  }

  /**
   * The edit that writes `text` at a place; none if it changes nothing.
   * @param {number} r
   * @param {number} c
   * @param {string} text
   * @returns {Edit[]}
   */
  edit(r, c, text) {
    const cell = this.sheet?.at(r, c);
    const column = this.sheet?.columns[c];
    if (!cell || !column || plain(column, cell.getValue()) === text) return [];
    const value = text === "" ? null : text;
    return [{ row: cell.getData().id, key: column.key, value, old: cell.getValue() ?? null }];
  }

  /**
   * What `f` gives for each selected cell, row by row.
   * @template T
   * @param {(r: number, c: number) => T} f
   * @returns {T[][]}
   */
  selected(f) {
    if (!this.selection || !this.sheet?.size().r) return [];
    const { top, bottom, left, right } = this.selection.range();
    return Array.from({ length: bottom - top + 1 }, (_, i) =>
      Array.from({ length: right - left + 1 }, (_, j) => f(top + i, left + j)),
    );
  }

  /** Make the selected cells unknown. */
  clear() {
    if (this.refuses()) return;
    const columns = this.sheet?.columns ?? [];
    this.propose(
      this.selected((r, c) => (columns[c].editable ? this.edit(r, c, "") : [])).flat(2),
      "type",
    );
  }

  undo() {
    this.travel("undo");
  }

  redo() {
    this.travel("redo");
  }

  /** @param {"undo" | "redo"} origin */
  travel(origin) {
    if (this.refuses()) return;
    const edits = origin === "undo" ? this.history.undo() : this.history.redo();
    if (edits) this.propose(edits, origin);
    else this.announce(this.say(`nothing_to_${origin}`));
  }

  /** @param {ClipboardEvent} e copy or cut */
  copy(e) {
    const { sheet } = this;
    const block = this.selected((r, c) =>
      sheet ? plain(sheet.columns[c], sheet.at(r, c)?.getValue()) : "",
    );
    if (!block.length) return;
    e.preventDefault();
    e.clipboardData?.setData("text/plain", formatBlock(block));
    this.announce(this.say("copied", { n: block.flat().length }));
    if (e.type === "cut") this.clear();
  }

  /** Lay the block from the selection's first cell; one value fills the whole selection.
   * @param {ClipboardEvent} e */
  paste(e) {
    e.preventDefault();
    if (!this.selection || !this.sheet || this.refuses()) return;
    const block = parseBlock(e.clipboardData?.getData("text/plain") ?? "");
    const width = Math.max(...block.map((row) => row.length));
    if (block.length === 1 && width === 1) {
      this.propose(this.selected((r, c) => this.edit(r, c, block[0][0])).flat(2), "paste");
      return;
    }
    const { top, left } = this.selection.range();
    const size = this.sheet.size();
    const outside = block.flatMap((row, i) =>
      row.filter((_, j) => top + i >= size.r || left + j >= size.c),
    );
    const edits = block.flatMap((row, i) =>
      row.flatMap((text, j) => this.edit(top + i, left + j, text)),
    );
    this.selection.go(top + block.length - 1, left + width - 1, { focus: false });
    this.selection.go(top, left, { extend: true });
    if (outside.length) this.announce(this.say("outside", { n: outside.length }));
    this.propose(edits, "paste");
  }

  /**
   * Python's answer to a proposal, or to another view's: the cells take what it says.
   * @param {{ batch: number, accepted: any[], rejected: any[] }} answer
   */
  answer({ batch, accepted, rejected }) {
    for (const e of accepted) this.sheet?.refuse(e.row, e.key);
    for (const e of rejected) this.sheet?.refuse(e.row, e.key, e.reason);
    const mine = this.waiting.get(batch);
    this.waiting.delete(batch);
    if (!mine) return;
    this.history.drop(mine.batch, rejected);
    const said = [];
    if (mine.origin !== "type" && accepted.length)
      said.push(this.say(mine.origin === "paste" ? "pasted" : "changed", { n: accepted.length }));
    if (rejected.length)
      said.push(this.say("refused", { n: rejected.length, reason: rejected[0].reason }));
    this.announce(said.join(" "));
  }
}
