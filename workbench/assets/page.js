// @ts-check
/* Draws the charts of a brief; sorts the tables of briefs and of live pages, which load this file too.
   No library but Plotly, nothing is fetched. */
(function () {
  "use strict";
  /** Light token colours and their dark counterparts, read from the page's own style sheet.
   * @returns {Record<string, string>} */
  function darkColours() {
    /** @type {Record<string, string>} */
    const pairs = {};
    const text = Array.from(document.querySelectorAll("style")).map((s) => s.textContent || "").join("");
    const blocks = Array.from(text.matchAll(/:root\s*\{([^}]*)\}/g)).map((m) => m[1]);
    if (blocks.length < 2) return pairs;
    const read = (/** @type {string} */ block) => Object.fromEntries(
      Array.from(block.matchAll(/--([\w-]+)\s*:\s*(#[0-9a-fA-F]{6})/g)).map((m) => [m[1], m[2]]));
    const light = read(blocks[0]), dark = read(blocks[1]);
    for (const name of Object.keys(light)) {
      const key = light[name].toLowerCase();
      if (dark[name] && !(key in pairs)) pairs[key] = dark[name];
    }
    return pairs;
  }
  const isDark = window.matchMedia("(prefers-color-scheme: dark)");
  function draw() {
    // @ts-ignore Plotly is a global of the shared file
    const plotly = window.Plotly;
    if (!plotly) return; // each chart's place holds a note that says so, and takes no more room
    const pairs = darkColours();
    document.querySelectorAll("[data-chart]").forEach((place) => {
      const source = document.getElementById(String(place.getAttribute("data-chart")));
      if (!source) return;
      let text = source.textContent || "";
      if (isDark.matches && !window.matchMedia("print").matches) {
        text = text.replace(/#[0-9a-fA-F]{6}/g, (hex) => pairs[hex.toLowerCase()] || hex);
      }
      const figure = JSON.parse(text);
      place.querySelector(".undrawn")?.remove();
      /** @type {HTMLElement} */ (place).style.minHeight = `${figure.layout.height}px`;
      plotly.react(place, figure.data, figure.layout, { responsive: true, displayModeBar: false });
    });
  }
  /** How each table was last sorted, by its name: a live page draws its tables anew.
   * @type {Map<string, { column: number, up: boolean }>} */
  const sorted = new Map();
  /** @param {HTMLTableElement} table */
  function nameOf(table) {
    return table.closest("[aria-label]")?.getAttribute("aria-label") ?? "";
  }
  /** @param {HTMLTableElement} table */
  function headsOf(table) {
    return Array.from(table.tHead ? table.tHead.rows[0].cells : []);
  }
  /** Make the heads of a table buttons. @param {HTMLTableElement} table */
  function sortable(table) {
    table.dataset.sorts = "";
    headsOf(table).forEach((head) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.textContent = head.textContent;
      head.replaceChildren(button);
    });
    const last = sorted.get(nameOf(table));
    if (last) sort(table, last.column, last.up);
  }
  /** @param {HTMLTableElement} table @param {number} column @param {boolean} up */
  function sort(table, column, up) {
    const heads = headsOf(table);
    if (!heads[column]) return;
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    heads[column].setAttribute("aria-sort", up ? "ascending" : "descending");
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    rows.sort((one, two) => compare(one.cells[column], two.cells[column], up));
    rows.forEach((row) => body.appendChild(row));
  }
  /** Say what the parts of a table are: one that is laid out as a list would lose it in Safari.
   * @param {HTMLTableElement} table */
  function roles(table) {
    table.setAttribute("role", "table");
    Array.from(table.querySelectorAll(":scope > :is(thead, tbody)")).forEach((e) => e.setAttribute("role", "rowgroup"));
    Array.from(table.rows).forEach((row) => {
      row.setAttribute("role", "row");
      Array.from(row.cells).forEach((cell) => cell.setAttribute("role",
        cell.tagName === "TD" ? "cell" : cell.scope === "col" ? "columnheader" : "rowheader"));
    });
  }
  function dress() {
    document.querySelectorAll("table.stack:not([role])")
      .forEach((table) => roles(/** @type {HTMLTableElement} */ (table)));
    document.querySelectorAll("table.sortable:not([data-sorts])")
      .forEach((table) => sortable(/** @type {HTMLTableElement} */ (table)));
  }
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const head = /** @type {HTMLTableCellElement | null} */ (target.closest("button.sort")?.closest("th") ?? null);
    const table = head?.closest("table");
    if (!head || !table) return;
    const up = head.getAttribute("aria-sort") !== "ascending";
    sorted.set(nameOf(table), { column: head.cellIndex, up });
    sort(table, head.cellIndex, up);
  });
  /** Unknown goes last in both directions.
   * @param {HTMLTableCellElement} one @param {HTMLTableCellElement} two @param {boolean} up */
  function compare(one, two, up) {
    const a = key(one), b = key(two);
    if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1;
    const x = Number(a), y = Number(b);
    const order = Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b, document.documentElement.lang) : x - y;
    return up ? order : -order;
  }
  /** @param {HTMLTableCellElement} cell */
  function key(cell) {
    const given = cell.getAttribute("data-sort");
    const text = given === null ? (cell.textContent || "").trim().replace(/%$/, "").replace(/,(?=\d{3})/g, "") : given;
    return text === "?" || text === "—" ? "" : text;
  }
  dress();
  let asked = 0;
  new MutationObserver(() => {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      dress();
    });
  }).observe(document.body, { childList: true, subtree: true });
  isDark.addEventListener("change", draw);
  window.matchMedia("print").addEventListener("change", draw); // paper is always light
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
  draw();
})();
