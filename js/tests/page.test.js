import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { plain, shown, step } from "../cells.js";
import { isDark, recolour } from "../recolour.js";
import { fallbacks } from "../tokens.js";
import { search } from "../url.js";

test("each light colour becomes its dark one once, whatever the case", () => {
  const map = { "#17212b": "#e7edf3", "#e7edf3": "#000000" };
  assert.equal(recolour('["#17212B","#e7edf3","#17212bff","#123456"]', map),
    '["#e7edf3","#000000","#17212bff","#123456"]');
});

test("the page's theme goes before the system's", () => {
  assert.deepEqual([isDark("dark", false), isDark("light", true), isDark(undefined, true)], [true, false, true]);
});

test("tokens become fallbacks, light and dark", async () => {
  const css = fallbacks(await readFile(new URL("../../workbench/assets/tokens.css", import.meta.url), "utf8"));
  assert.match(css, /^\.cw\{.*--cw-ink:var\(--ink,#17212b\)/);
  assert.match(css, /\[data-theme=dark\] \.cw\{--cw-ink:var\(--ink,#e7edf3\)/);
  assert.throws(() => fallbacks(":root{--a:1}"), /light and a dark/);
});

test("one state has one address", () => {
  assert.equal(search({ lang: "zh", market: "SA" }), search({ market: "SA", lang: "zh" }));
  assert.equal(search({ q: "a&b=中" }), "?q=a%26b%3D%E4%B8%AD");
  assert.equal(search({}), "");
});

test("a value is read grouped and copied bare", () => {
  const number = { key: "n", title: "n", kind: "number", editable: true };
  assert.equal(shown(number, 1234567.5, "en"), "1,234,567.5");
  assert.equal(plain(number, 1234567.5), "1234567.5");
  assert.equal(plain(number, null), "");
  const select = { ...number, kind: "select", options: [{ value: "a", label: "Alpha" }] };
  assert.equal(plain(select, "a"), "Alpha");
});

test("a score takes the colour of the level it rounds to, half up", () => {
  assert.deepEqual([1, 1.4, 2.5, 3.7, 4.49, 5, null, "x"].map(step), [1, 1, 3, 4, 4, 5, 0, 0]);
});
