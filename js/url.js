// Writes the page's state into its address, so that the address can be sent to somebody.

/**
 * The search part of an address for a query: sorted, so that one state has one address.
 * @param {Record<string, unknown>} query
 */
export function search(query) {
  const pairs = Object.entries(query).map(([key, value]) => [key, String(value)]);
  const text = new URLSearchParams(pairs.sort(([a], [b]) => (a < b ? -1 : 1))).toString();
  return text && `?${text}`;
}

/** @param {{ model: Model }} context */
function initialize({ model }) {
  const write = () => {
    const next = search(model.get("query"));
    if (next === location.search) return;
    // The rest of the history's state is the host's: leave it as it is.
    window.history.replaceState(window.history.state, "", location.pathname + next + location.hash);
  };
  model.on("change:query", write);
  write();
}

export default { initialize };
