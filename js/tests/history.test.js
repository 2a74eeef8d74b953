import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../history.js";

const edit = (row, value, old) => ({ row, key: "k", value, old });

test("a batch is undone and redone as one, in the right order", () => {
  const history = new History();
  history.add([edit(1, "a", null), edit(1, "b", "a")]);
  assert.deepEqual(history.undo(), [edit(1, "a", "b"), edit(1, null, "a")]);
  assert.equal(history.undo(), undefined);
  assert.deepEqual(history.redo(), [edit(1, "a", null), edit(1, "b", "a")]);
  assert.equal(history.redo(), undefined);
});

test("a new edit ends what could be redone", () => {
  const history = new History();
  history.add([edit(1, "a", null)]);
  history.undo();
  history.add([edit(2, "b", null)]);
  assert.equal(history.redo(), undefined);
});

test("a refused edit can't be undone: it never happened", () => {
  const history = new History();
  const batch = history.add([edit(1, "a", null), edit(2, "b", null)]);
  history.drop(batch, [{ row: 1, key: "k" }]);
  assert.deepEqual(history.undo(), [edit(2, null, "b")]);
  const other = history.add([edit(3, "c", null)]);
  history.drop(other, [{ row: 3, key: "k" }]);
  assert.equal(history.undo(), undefined);
});

test("row ids 1 and '1' are two rows", () => {
  const history = new History();
  const batch = history.add([edit(1, "a", null), edit("1", "b", null)]);
  history.drop(batch, [{ row: "1", key: "k" }]);
  assert.deepEqual(history.undo(), [edit(1, null, "a")]);
});
