// What can be undone: batches of edits, each undone and redone as one.

/**
 * @typedef {string | number | boolean | null} Value
 * @typedef {{ row: string | number, key: string, value: Value, old: Value }} Edit
 */

export class History {
  constructor() {
    /** @type {Map<number, Edit[]>} */
    this.done = new Map();
    /** @type {Map<number, Edit[]>} */
    this.undone = new Map();
    this.count = 0;
  }

  /**
   * Remember a batch made by hand; what had been undone can't be redone after it.
   * @param {Edit[]} edits
   * @returns {number} the batch's number
   */
  add(edits) {
    this.undone.clear();
    this.done.set(++this.count, edits);
    return this.count;
  }

  /**
   * Forget the refused edits of a batch: they never happened.
   * @param {number} batch
   * @param {{ row: unknown, key: unknown }[]} refused
   */
  drop(batch, refused) {
    const edits = this.done.get(batch);
    if (!edits || !refused.length) return;
    const gone = new Set(refused.map((e) => JSON.stringify([e.row, e.key])));
    const left = edits.filter((e) => !gone.has(JSON.stringify([e.row, e.key])));
    if (left.length) this.done.set(batch, left);
    else this.done.delete(batch);
  }

  /** The edits that take the last batch back, or nothing. */
  undo() {
    const edits = move(this.done, this.undone);
    return edits?.map((e) => ({ ...e, value: e.old, old: e.value })).reverse();
  }

  /** The edits that make the last undone batch again, or nothing. */
  redo() {
    return move(this.undone, this.done);
  }
}

/**
 * @param {Map<number, Edit[]>} from
 * @param {Map<number, Edit[]>} to
 */
function move(from, to) {
  const last = [...from.keys()].pop();
  if (last === undefined) return undefined;
  const edits = /** @type {Edit[]} */ (from.get(last));
  from.delete(last);
  to.set(last, edits);
  return edits;
}
