// The keys of the table. What a key means is decided here; what happens, by the grid.
import { composing } from "./editor.js";

/**
 * @typedef {{ selection: import("./selection.js").Selection, size: () => { r: number, c: number },
 *   edit: (start?: string) => void, clear: () => void, undo: () => void, redo: () => void }} Actions
 */

const PAGE = 10; // rows

/**
 * @param {Actions} actions
 * @returns {(e: KeyboardEvent) => void} to be called for a key pressed on a cell
 */
export function keyboard({ selection, size, edit, clear, undo, redo }) {
  let leaving = false; // Escape, then Tab, goes on to what follows the table

  return (e) => {
    const { r, c } = selection.active;
    const rows = size().r;
    const cols = size().c;
    const how = { extend: e.shiftKey };
    const command = e.ctrlKey || e.metaKey;
    const left = leaving;
    leaving = e.key === "Escape" || (leaving && ["Shift", "Tab"].includes(e.key));

    if (composing(e)) return edit(""); // an input method starts: give it a field to write in
    if (command && !e.altKey) {
      const key = e.key.toLowerCase();
      if (key === "z") e.shiftKey ? redo() : undo();
      else if (key === "y") redo();
      else if (key === "a") selection.all();
      else if (e.key === "Home") selection.go(0, 0, how);
      else if (e.key === "End") selection.go(rows - 1, cols - 1, how);
      else if (e.key === "ArrowUp") selection.go(0, c, how);
      else if (e.key === "ArrowDown") selection.go(rows - 1, c, how);
      else if (e.key === "ArrowLeft") selection.go(r, 0, how);
      else if (e.key === "ArrowRight") selection.go(r, cols - 1, how);
      else return;
    } else if (e.altKey) return;
    else if (e.key === "ArrowUp") selection.go(r - 1, c, how);
    else if (e.key === "ArrowDown") selection.go(r + 1, c, how);
    else if (e.key === "ArrowLeft") selection.go(r, c - 1, how);
    else if (e.key === "ArrowRight") selection.go(r, c + 1, how);
    else if (e.key === "Home") selection.go(r, 0, how);
    else if (e.key === "End") selection.go(r, cols - 1, how);
    else if (e.key === "PageUp") selection.go(r - PAGE, c, how);
    else if (e.key === "PageDown") selection.go(r + PAGE, c, how);
    else if (e.key === "Tab") {
      const next = r * cols + c + (e.shiftKey ? -1 : 1);
      if (left || next < 0 || next >= rows * cols) return; // the page's own Tab
      selection.go(Math.floor(next / cols), next % cols);
    } else if (e.key === "Enter" || e.key === "F2") edit();
    else if (e.key === "Delete" || e.key === "Backspace") clear();
    else if (e.key.length === 1) edit(e.key === " " ? undefined : e.key);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
}
