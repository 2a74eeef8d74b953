import assert from "node:assert/strict";
import { test } from "node:test";
import { formatBlock, guard, parseBlock, unguard } from "../clipboard.js";

test("a block as Excel copies it: tabs, CRLF, a last line break that is no row", () => {
  assert.deepEqual(parseBlock("a\tb\r\nc\td\r\n"), [["a", "b"], ["c", "d"]]);
  assert.deepEqual(parseBlock("a\tb\nc\td"), [["a", "b"], ["c", "d"]]);
  assert.deepEqual(parseBlock("a\rb"), [["a"], ["b"]]);
});

test("empty cells and empty rows are kept", () => {
  assert.deepEqual(parseBlock("\t\n\n1\t"), [["", ""], [""], ["1", ""]]);
  assert.deepEqual(parseBlock(""), [[""]]);
});

test("a quoted cell holds line breaks, tabs and doubled quotes", () => {
  assert.deepEqual(parseBlock('"one\ntwo"\tx\r\n"say ""hi"""\t"a\tb"'), [
    ["one\ntwo", "x"],
    ['say "hi"', "a\tb"],
  ]);
});

test("a quote that opens no quoted cell is text", () => {
  assert.deepEqual(parseBlock('"open\tx'), [['"open', "x"]]);
  assert.deepEqual(parseBlock('5" screen\t"a"b'), [['5" screen', '"a"b']]);
});

test("what a spreadsheet would run gets an apostrophe; numbers don't", () => {
  for (const text of ["=1+1", "+cmd", "-cmd", "@SUM(A1)", "\tx", "\rx", "=HYPERLINK(1)"])
    assert.equal(guard(text), `'${text}`);
  for (const text of ["-5", "+3.5", "-1e3", "-.5", "5", "plain", "a=b", ""]) assert.equal(guard(text), text);
});

test("copying here and pasting here changes nothing", () => {
  const block = [["=1+1", "-5", 'q"t', "a\nb", "a\tb", "", "'quoted'"], ["'", "@x", "未知", "-", "1", "2", "3"]];
  assert.deepEqual(parseBlock(formatBlock(block)), block);
  assert.equal(unguard("'tis"), "'tis");
});
