// Plotly, sent once per page and evaluated when the first chart asks, after the page has appeared.

/** @type {Promise<any> | undefined} */
let loaded;

globalThis.__workbenchPlotly ??= () =>
  (loaded ??= import("plotly.js-cartesian-dist-min").then((module) => module.default));

export default { initialize() {} };
