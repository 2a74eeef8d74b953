// Plotly, sent once per page and evaluated when the first chart asks, after the page has appeared.

/** @type {Promise<any> | undefined} */
let loaded;

globalThis.__workbenchPlotly ??= () =>
  (loaded ??= import("plotly.js-cartesian-dist-min").then((module) => module.default));

/** @type {Promise<unknown>} */
let last = Promise.resolve();

/* One drawing after the other, and between two of them whatever the reader does has its turn. */
globalThis.__workbenchTurn ??= (draw) => {
  const turn = last.then(() => new Promise((resume) => setTimeout(resume))).then(draw);
  last = turn.catch(() => undefined);
  return turn;
};

export default { initialize() {} };
