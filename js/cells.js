// How a value looks, always as text: no value is ever read as markup.

/**
 * @typedef {{ key: string, title: string, kind: string, editable: boolean, help?: string,
 *   options?: { value: unknown, label: string }[], align?: string, width?: number,
 *   frozen?: boolean, min?: any, max?: any, empty?: string, decimals?: number }} Column
 * @typedef {Record<string, any>} Row
 */

/**
 * The value as it is copied and edited: what a spreadsheet, or Python, reads back.
 * @param {Column} column
 * @param {unknown} value
 */
export function plain(column, value) {
  if (value === null || value === undefined) return "";
  const option = column.options?.find((o) => o.value === value);
  return String(option ? option.label : value);
}

/**
 * The value as it is read: numbers grouped as the language groups them.
 * @param {Column} column
 * @param {unknown} value
 * @param {string} lang
 */
export function shown(column, value, lang) {
  if (column.kind === "number" && typeof value === "number")
    return new Intl.NumberFormat(lang, { maximumFractionDigits: 6 }).format(value);
  return plain(column, value);
}

/**
 * @param {string} className
 * @param {string} text
 */
export function span(className, text) {
  const el = document.createElement("span");
  el.className = className;
  el.textContent = text;
  return el;
}

/**
 * The content of a cell.
 * @param {Column} column
 * @param {unknown} value
 * @param {{ lang: string, texts: Record<string, string> }} page
 */
export function content(column, value, { lang, texts }) {
  const nothing = value === null || value === undefined || value === "";
  if (nothing && column.empty !== undefined) return span("cw-none", column.empty);
  if (nothing && column.kind === "text") return span("cw-text", "");
  if (nothing) {
    const el = span("cw-unknown", "");
    const mark = span("cw-mark", "?");
    mark.ariaHidden = "true";
    el.append(mark, span("cw-word", texts.unknown));
    return el;
  }
  const text = shown(column, value, lang);
  if (column.kind === "level") return span(`cw-level cw-l${step(value)}`, text);
  return span("cw-text", text);
}

/** The level whose colour a score takes: rounded half up, as the tables do. @param {unknown} score */
export function step(score) {
  return Math.floor((Number(score) || 0) + 0.5);
}

/**
 * The head of a column: its title, and its help as a description.
 * @param {Column} column
 */
export function heading(column) {
  const el = span("cw-title", column.title);
  if (column.help) {
    el.title = column.help;
    el.append(span("cw-sr", ` (${column.help})`), span("cw-info", ""));
  }
  return el;
}

/** Where a column's cells stand by default. @param {Column} column */
export function alignment(column) {
  return column.align ?? { number: "right", level: "center" }[column.kind] ?? "left";
}

/** The least width in pixels at which a kind is still readable. @param {Column} column */
export function leastWidth(column) {
  return { text: 120, number: 100, level: 100, date: 108, select: 108 }[column.kind] ?? 100;
}
