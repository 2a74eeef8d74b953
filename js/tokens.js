// The design tokens as fallbacks: a page that lacks tokens.css still gets its colours, light and dark.

/**
 * The custom properties of one rule body.
 * @param {string} body
 * @returns {[string, string][]}
 */
function properties(body) {
  const plain = body.replace(/\/\*[\s\S]*?\*\//g, "");
  return [...plain.matchAll(/--([\w-]+)\s*:\s*([^;]+);/g)].map((m) => [m[1], m[2].trim()]);
}

/**
 * Rules that give every widget (class `cw`) a `--cw-NAME` for each token NAME: the page's own value
 * where it has one, else the value in `css`.
 * @param {string} css text of tokens.css
 */
export function fallbacks(css) {
  const [light, dark] = [...css.matchAll(/:root\s*\{([\s\S]*?)\n?\}/g)].map((m) => properties(m[1]));
  if (!light?.length || !dark?.length) throw new Error("tokens.css: expected a light and a dark :root");
  /** @param {[string, string][]} list */
  const block = (list) => list.map(([k, v]) => `--cw-${k}:var(--${k},${v})`).join(";");
  return (
    `.cw{${block(light)}}\n` +
    `@media (prefers-color-scheme:dark){.cw{${block(dark)}}}\n` +
    `[data-theme=dark] .cw{${block(dark)}}\n` +
    `[data-theme=light] .cw{${block(light.filter(([k]) => dark.some(([d]) => d === k)))}}\n`
  );
}
