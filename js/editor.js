// The field a cell turns into while it is edited. It ends only by the writer's will: a key that an
// input method uses to choose a character (Enter, Escape, arrows) never ends it.
import { plain } from "./cells.js";

/**
 * @typedef {"down" | "right" | "left" | "stay"} Next where the writer goes from here
 * @typedef {{ column: import("./cells.js").Column, value: unknown, start?: string, label: string,
 *   done: (text: string | null, next: Next) => void }} Session null: nothing to change
 */

/**
 * Whether the key belongs to an input method. Safari says so by 229 only.
 * @param {KeyboardEvent} e
 */
export const composing = (e) => e.isComposing || e.keyCode === 229;

/**
 * @param {Session} session `start` replaces the value: the key that opened the editor
 * @returns {HTMLElement & { value: string }}
 */
export function field({ column, value, start, label, done }) {
  const was = plain(column, value);
  const el = column.kind === "select" ? choice(column, was) : text(column, start ?? was);
  el.className = "cw-field";
  el.setAttribute("aria-label", label);

  let over = false;
  /**
   * @param {Next} next
   * @param {boolean} [keep]
   */
  const finish = (next, keep = true) => {
    if (over) return;
    over = true;
    done(keep && el.value !== was ? el.value : null, next);
  };

  let byKey = false;
  el.addEventListener("keydown", (event) => {
    const e = /** @type {KeyboardEvent} */ (event);
    e.stopPropagation(); // the grid's keys are not the field's
    byKey = true;
    if (composing(e)) return;
    if (e.key === "Enter" && e.altKey && el instanceof HTMLTextAreaElement) {
      el.setRangeText("\n", el.selectionStart, el.selectionEnd, "end");
    } else if (e.key === "Enter") finish("down");
    else if (e.key === "Tab") finish(e.shiftKey ? "left" : "right");
    else if (e.key === "Escape") finish("stay", false);
    else return;
    e.preventDefault();
  });
  // A choice made with the mouse is meant; with the arrow keys it is only passed by.
  el.addEventListener("pointerdown", () => (byKey = false));
  if (column.kind === "select") el.addEventListener("change", () => byKey || finish("stay"));
  for (const name of ["copy", "cut", "paste"]) el.addEventListener(name, (e) => e.stopPropagation());
  el.addEventListener("blur", () => finish("stay"));
  return el;
}

/**
 * @param {import("./cells.js").Column} column
 * @param {string} value
 */
function text(column, value) {
  // A text may hold line breaks, which an <input> would drop.
  const el = document.createElement(column.kind === "text" ? "textarea" : "input");
  el.value = value;
  el.autocomplete = "off";
  el.spellcheck = false;
  if (el instanceof HTMLTextAreaElement) el.rows = 1;
  else el.inputMode = { number: "decimal", level: "numeric" }[column.kind] ?? "text";
  if (column.kind === "date") el.placeholder = "2026-01-31";
  return el;
}

/**
 * @param {import("./cells.js").Column} column
 * @param {string} value
 */
function choice(column, value) {
  const el = document.createElement("select");
  for (const label of ["", ...(column.options ?? []).map((o) => o.label)])
    el.append(new Option(label || column.empty || "?", label, false, label === value));
  return el;
}
