// Text to and from a spreadsheet: tab-separated, quoted as spreadsheets do (RFC 4180 with tabs).

/**
 * The cells of a pasted block. A cell in quotes may hold tabs, line breaks and doubled quotes.
 * @param {string} text
 * @returns {string[][]}
 */
export function parseBlock(text) {
  const rows = [[""]];
  const ends = /[\t\n\r]/;
  let i = 0;
  const last = text.endsWith("\r\n") ? text.length - 2 : text.length - (/[\r\n]$/.test(text) ? 1 : 0);
  while (i < last) {
    const row = rows[rows.length - 1];
    if (text[i] === "\t") {
      row.push("");
      i += 1;
    } else if (text[i] === "\r" || text[i] === "\n") {
      rows.push([""]);
      i += text.startsWith("\r\n", i) ? 2 : 1;
    } else {
      const quoted = text[i] === '"' ? closing(text, i, last) : -1;
      let end = quoted + 1;
      if (quoted < 0) for (end = i; end < last && !ends.test(text[end]); ) end += 1;
      row[row.length - 1] =
        quoted < 0 ? text.slice(i, end) : text.slice(i + 1, quoted).replaceAll('""', '"');
      i = end;
    }
  }
  return rows.map((row) => row.map(unguard));
}

/**
 * Where the quoted cell that begins at `start` closes; -1 if it is not a quoted cell after all.
 * @param {string} text
 * @param {number} start
 * @param {number} last
 */
function closing(text, start, last) {
  for (let i = start + 1; i < last; i += 1) {
    if (text[i] !== '"') continue;
    if (text[i + 1] === '"') i += 1;
    else return i + 1 >= last || /[\t\n\r]/.test(text[i + 1]) ? i : -1;
  }
  return -1;
}

/**
 * A block as a spreadsheet takes it.
 * @param {string[][]} rows
 */
export function formatBlock(rows) {
  /** @param {string} cell */
  const quote = (cell) => (/[\t\n\r"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => row.map((cell) => quote(guard(cell))).join("\t")).join("\r\n");
}

const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Text that a spreadsheet would run as a formula gets a leading apostrophe; a number doesn't.
 * @param {string} text
 */
export function guard(text) {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/**
 * Undo `guard`, so that a cell copied here and pasted here is unchanged.
 * @param {string} text
 */
export function unguard(text) {
  return text.startsWith("'") && guard(text.slice(1)) === text ? text.slice(1) : text;
}
