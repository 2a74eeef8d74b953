// An editable table. What is typed or pasted is shown at once and proposed to Python, which decides.
import "tabulator-tables/dist/css/tabulator_simple.css";
import "./grid.css";
import { keyboard } from "./keys.js";
import { Session } from "./session.js";
import { Sheet } from "./sheet.js";

/**
 * What a message from Python changes, as patches of rows.
 * @param {any} message
 * @returns {any[]}
 */
function patches(message) {
  if (message.type === "patch") return message.rows;
  const cells = [...(message.accepted ?? []), ...(message.rejected ?? [])];
  return cells.filter((e) => e.key !== null).map((e) => ({ id: e.row, [e.key]: e.value }));
}

/**
 * Keep the model's rows in step, for views opened later.
 * @param {{ model: Model }} context
 */
function initialize({ model }) {
  model.on("msg:custom", (message) => {
    const rows = new Map(model.get("rows").map((/** @type {any} */ row) => [row.id, row]));
    for (const { id, ...changes } of patches(message)) Object.assign(rows.get(id) ?? {}, changes);
  });
}

/**
 * @param {string} className
 * @param {HTMLElement} parent
 */
function div(className, parent) {
  const el = document.createElement("div");
  el.className = className;
  parent.append(el);
  return el;
}

let grids = 0;

/** @param {Context} context */
function render({ model, el }) {
  const root = div("cw cw-grid", el);
  root.dataset.lmSuppressShortcuts = "true"; // JupyterLab's one-letter commands
  const bar = div("cw-bar", root);
  const host = div("cw-host", root);
  const help = div("cw-sr", root);
  help.id = `cw-help-${++grids}`;
  const hint = div("cw-hint", bar);
  hint.ariaHidden = "true"; // the help says it, and more
  const status = div("cw-status", bar);
  status.setAttribute("role", "status");

  const session = new Session(model, (text) => (status.textContent = text));
  /** @type {ReturnType<typeof keyboard> | undefined} */
  let onKey;
  /** @type {(() => unknown)[]} what Python said while a cell was being edited */
  let later = [];

  let dropped = false; // the focus, by a redraw that is not over
  let parking = false;
  const refocus = () => {
    const { sheet } = session;
    if (!sheet || sheet.editing || document.activeElement !== document.body) return;
    const active = session.selection?.element();
    parking = !active?.isConnected; // scrolled away with its row: don't scroll back unasked
    (parking ? sheet.standIn() : active)?.focus({ preventScroll: true });
    parking = false;
  };

  /** A row that is scrolled away leaves the page: keep a stop for the Tab key in the table. */
  const keepStop = () => {
    const active = session.selection?.element();
    const here = active?.isConnected ?? false;
    if (here && document.activeElement === session.sheet?.standIn())
      active?.focus({ preventScroll: true });
    session.sheet?.standBy(!here);
  };

  /** Do it now, or when the writer has finished the cell. @param {() => unknown} act */
  const settle = (act) => (session.sheet?.editing ? later.push(act) : act());

  const build = () => {
    session.sheet?.table.destroy(); // while it still hangs in the page
    const table = document.createElement("div");
    host.replaceChildren(table);
    table.setAttribute("aria-describedby", help.id);
    const options = Object.fromEntries(
      ["columns", "rows", "height", "lang", "label", "placeholder", "texts"].map((n) => [n, model.get(n)]),
    );
    const sheet = new Sheet(
      table,
      /** @type {import("./sheet.js").Options} */ ({
        ...options,
        editable: (column) => column.editable && !model.get("readonly"),
        done: ({ r, c }, text, next) => {
          const step = { down: [1, 0], right: [0, 1], left: [0, -1], stay: [0, 0] }[next] ?? [0, 0];
          // After a click elsewhere the focus has gone there: leave it.
          const focus = next !== "stay" || text === null;
          session.selection?.go(r + step[0], c + step[1], { focus });
          if (text !== null) session.propose(session.edit(r, c, text), "type");
          for (const act of later.splice(0)) act();
        },
      }),
      () => session.selection?.go(0, 0, { focus: false }),
      keepStop,
      () => {
        session.selection?.paint(); // the table's one stop for the Tab key
        keepStop();
        if (dropped) refocus();
      },
    );
    session.open(sheet);
    const { selection } = session;
    if (!selection) return;
    onKey = keyboard({
      selection,
      size: () => sheet.size(),
      edit: (start) => {
        const { r, c } = selection.active;
        if (!sheet.columns[c]?.editable || session.refuses()) return;
        sheet.reveal(r, c);
        sheet.edit(r, c, start);
      },
      clear: () => session.clear(),
      undo: () => session.undo(),
      redo: () => session.redo(),
    });
  };

  const dress = () => {
    const texts = model.get("texts");
    help.textContent = texts.help;
    root.setAttribute("lang", model.get("lang") === "zh" ? "zh-CN" : "en");
    const buttons = /** @type {const} */ (["undo", "redo"]).map((name) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = texts[name];
      button.addEventListener("click", () => session[name]());
      return button;
    });
    hint.textContent = texts.hint;
    bar.replaceChildren(...(model.get("readonly") ? [] : [...buttons, hint]), status);
  };

  // The mouse: press to go, drag or Shift to stretch, tap the active cell again to edit it.
  let dragging = false;
  host.addEventListener("pointerdown", (e) => {
    const place = session.sheet?.place(e.target);
    if (!place || !session.selection || e.button || session.sheet?.editing) return;
    const { r, c } = session.selection.active;
    const again = r === place.r && c === place.c && document.activeElement === e.target;
    if (e.pointerType !== "mouse") {
      if (again) session.sheet?.edit(r, c);
      return;
    }
    dragging = true;
    session.selection.go(place.r, place.c, { extend: e.shiftKey });
    e.preventDefault(); // no text selection
  });
  host.addEventListener("pointerover", (e) => {
    const place = dragging && e.buttons ? session.sheet?.place(e.target) : undefined;
    if (place) session.selection?.go(place.r, place.c, { extend: true });
    else if (!e.buttons) dragging = false;
  });
  host.addEventListener("focusin", (e) => {
    if (e.target === session.sheet?.standIn() && session.selection) {
      if (parking) return;
      const { r, c } = session.selection.active;
      session.selection.go(r, c, { extend: true }); // by the Tab key: back to the active cell
      return;
    }
    const place = session.sheet?.place(e.target);
    if (!place || session.sheet?.editing || !session.selection) return;
    const { r, c } = session.selection.active;
    if (place.r !== r || place.c !== c) session.selection.go(place.r, place.c, { focus: false });
  });
  // A redraw takes the focused cell out of the page for a moment: give the focus back. A press
  // elsewhere, or another window, takes the focus for good.
  let pressed = 0;
  /** @param {PointerEvent} e */
  const press = (e) => {
    if (!host.contains(/** @type {Node} */ (e.target))) pressed = performance.now();
  };
  document.addEventListener("pointerdown", press, true);
  host.addEventListener("focusout", (e) => {
    if (e.relatedTarget || !document.hasFocus() || performance.now() - pressed < 300) return;
    dropped = true;
    requestAnimationFrame(() => {
      dropped = false;
      refocus();
    });
  });
  /** Whether an event is meant for the active cell. @param {Event} e */
  const forCell = (e) => session.sheet?.place(e.target) || e.target === session.sheet?.standIn();
  host.addEventListener("keydown", (e) => forCell(e) && onKey?.(e));
  for (const name of /** @type {const} */ (["copy", "cut", "paste"]))
    host.addEventListener(name, (e) => {
      if (forCell(e) && !session.sheet?.editing)
        name === "paste" ? session.paste(e) : session.copy(e);
    });

  model.on("msg:custom", (message) =>
    settle(() => {
      session.sheet?.patch(patches(message));
      if (message.type === "answer") session.answer(message);
    }),
  );
  model.on("change:rows", () =>
    settle(async () => {
      const { sheet, selection } = session;
      if (!sheet || !selection) return;
      const held = host.contains(document.activeElement);
      const { r, c } = selection.active;
      const id = sheet.order?.[r]?.getData().id;
      await sheet.replace(model.get("rows"));
      const found = sheet.order?.findIndex((/** @type {any} */ row) => row.getData().id === id) ?? -1;
      selection.go(found < 0 ? r : found, c, { focus: held });
    }),
  );
  const rebuild = () => settle(() => (dress(), build()));
  for (const name of ["columns", "lang", "texts", "label", "placeholder", "height", "readonly"])
    model.on(`change:${name}`, rebuild);
  dress();
  build();

  return () => {
    document.removeEventListener("pointerdown", press, true);
    session.sheet?.table.destroy();
  };
}

export default { initialize, render };
