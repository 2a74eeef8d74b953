// The active cell (the one with the focus) and the range that stretches from it.

/**
 * @typedef {{ r: number, c: number }} Place
 * @typedef {{ size(): Place, cell(r: number, c: number): HTMLElement | undefined,
 *   reveal(r: number, c: number): void }} Surface
 */

export class Selection {
  /** @param {Surface} surface */
  constructor(surface) {
    this.surface = surface;
    /** @type {Place} */
    this.anchor = { r: 0, c: 0 };
    /** @type {Place} */
    this.active = { r: 0, c: 0 };
    /** @type {HTMLElement[]} */
    this.painted = [];
  }

  /** The selected rows and columns, both ends included. */
  range() {
    const { anchor: a, active: b } = this;
    return {
      top: Math.min(a.r, b.r),
      bottom: Math.max(a.r, b.r),
      left: Math.min(a.c, b.c),
      right: Math.max(a.c, b.c),
    };
  }

  /**
   * Move to a place, or to the nearest there is.
   * @param {number} r
   * @param {number} c
   * @param {{ extend?: boolean, focus?: boolean }} [how]
   */
  go(r, c, { extend = false, focus = true } = {}) {
    const size = this.surface.size();
    this.active = {
      r: Math.max(0, Math.min(r, size.r - 1)),
      c: Math.max(0, Math.min(c, size.c - 1)),
    };
    if (!extend) this.anchor = { ...this.active };
    if (focus) this.surface.reveal(this.active.r, this.active.c);
    this.paint();
    if (focus) this.element()?.focus({ preventScroll: true });
  }

  /** Select everything, from the first cell. */
  all() {
    const size = this.surface.size();
    this.anchor = { r: size.r - 1, c: size.c - 1 };
    this.go(0, 0, { extend: true });
  }

  /** The active cell's element. */
  element() {
    return this.surface.cell(this.active.r, this.active.c);
  }

  /** Show the range, and make the active cell the table's one stop for the Tab key. */
  paint() {
    for (const el of this.painted) {
      el.classList.remove("cw-selected", "cw-active");
      el.tabIndex = -1;
      el.setAttribute("aria-selected", "false");
    }
    this.painted = [];
    const { top, bottom, left, right } = this.range();
    for (let r = top; r <= bottom; r += 1)
      for (let c = left; c <= right; c += 1) {
        const el = this.surface.cell(r, c);
        if (!el) continue;
        el.classList.add("cw-selected");
        el.setAttribute("aria-selected", "true");
        this.painted.push(el);
      }
    const active = this.element();
    if (active) {
      active.classList.add("cw-active");
      active.tabIndex = 0;
    }
  }
}
