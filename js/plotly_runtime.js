// Plotly, loaded once per page; every chart waits for it.
import Plotly from "plotly.js-cartesian-dist-min";

globalThis.__workbenchPlotly ??= Plotly;

export default { initialize() {} };
