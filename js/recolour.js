// A figure is drawn in the light tokens; in the dark each of them becomes its dark counterpart.

/**
 * Whether the page is dark: what the page says (`data-theme`), else what the reader's system says.
 * @param {string | undefined} theme the page's `data-theme`
 * @param {boolean} system
 */
export function isDark(theme, system) {
  return theme === "dark" || (theme !== "light" && system);
}

/**
 * Replace every colour named in `map` in one pass, so that no colour is replaced twice.
 * @param {string} json
 * @param {Record<string, string>} map light hex (lower case) to dark hex
 */
export function recolour(json, map) {
  return json.replace(/#[0-9a-f]{6}(?![0-9a-f])/gi, (hex) => map[hex.toLowerCase()] ?? hex);
}
