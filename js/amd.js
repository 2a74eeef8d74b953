// anywidget is published as one AMD module, for hosts that load such modules; this is its host.

/** @type {((needed: object) => any) | undefined} */
let factory;

Object.assign(globalThis, {
  /** @param {string[]} _names @param {(needed: object) => any} made */
  define(_names, made) {
    factory = made;
  },
});

/**
 * What the module that was evaluated last makes of what it needs.
 * @param {object} needed
 */
export function defined(needed) {
  delete (/** @type {any} */ (globalThis).define);
  if (!factory) throw new Error("anywidget is no AMD module any more");
  return factory(needed);
}
