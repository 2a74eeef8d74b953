// A Plotly figure that follows the page's theme and width, and is redrawn, never remounted.
import "./chart.css";
import { isDark, recolour } from "./recolour.js";

const PATIENCE = 60_000; // ms to wait for Plotly: the slowest page load seen, four times over

/**
 * Resolves when the element has a place in the page and the page has been painted: text and tables
 * are read while Plotly, which is large, is still being evaluated.
 * @param {HTMLElement} el
 */
function shown(el) {
  return new Promise((resolve) => {
    const watch = new ResizeObserver(() => {
      if (!el.isConnected) return;
      watch.disconnect();
      atRest(() => resolve(undefined));
    });
    watch.observe(el);
  });
}

/** @param {() => void} then Called when the page has been painted and nobody waits for it. */
function atRest(then) {
  const idle = globalThis.requestIdleCallback ?? ((/** @type {() => void} */ now) => setTimeout(now, 50));
  if (document.hidden) setTimeout(then); // nothing is painted there
  else requestAnimationFrame(() => requestAnimationFrame(() => idle(then, { timeout: 300 })));
}

/**
 * Plotly, once its widget has been loaded by the page.
 * @param {Model} model
 * @param {AbortSignal} signal
 */
async function plotly(model, signal) {
  const id = String(model.get("runtime") ?? "").replace("IPY_MODEL_", "");
  // Asking for the model makes a host that loads models on demand load it.
  if (id) await Promise.resolve(model.widget_manager?.get_model(id)).catch(() => undefined);
  const end = Date.now() + PATIENCE;
  while (!globalThis.__workbenchPlotly) {
    if (Date.now() > end) throw new Error("no Plotly");
    if (signal?.aborted) return undefined;
    await new Promise((resume) => setTimeout(resume, 50));
  }
  return globalThis.__workbenchPlotly();
}

/** @param {Context} context */
async function render({ model, el, signal }) {
  const plot = document.createElement("div");
  plot.className = "cw cw-chart";
  el.append(plot);

  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const print = matchMedia("print");
  const touch = matchMedia("(pointer: coarse)").matches;
  let Plotly = /** @type {any} */ (undefined);
  let queue = Promise.resolve();

  const frame = () => {
    plot.style.height = `${model.get("height")}px`;
    // The picture is the drawing, not its box: the box also holds the buttons.
    for (const [i, svg] of plot.querySelectorAll(".main-svg").entries()) {
      if (i) svg.setAttribute("aria-hidden", "true");
      else {
        svg.setAttribute("role", "img");
        svg.setAttribute("aria-label", model.get("label") || model.get("texts").unnamed);
      }
    }
  };
  /** @param {string} message */
  const fail = (message) => {
    plot.classList.add("cw-failed");
    plot.replaceChildren(document.createTextNode(message));
  };
  const draw = async () => {
    const json = model.get("figure");
    if (!Plotly || !json || signal?.aborted) return;
    const theme = document.documentElement.dataset.theme;
    const dark = isDark(theme, scheme.matches) && !print.matches; // paper is always light
    try {
      const { data, layout } = JSON.parse(dark ? recolour(json, model.get("dark")) : json);
      const { width, ...rest } = layout ?? {};
      const config = {
        responsive: true,
        displaylogo: false,
        showSendToCloud: false, // on by default: it would send the figure to Plotly's server
        plotlyServerURL: "",
        displayModeBar: touch ? false : "hover",
        modeBarButtonsToRemove: ["select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d"],
        locale: "page",
        locales: { page: { dictionary: model.get("texts").buttons ?? {}, format: {} } },
      };
      if (plot.classList.contains("cw-failed")) plot.replaceChildren();
      plot.classList.remove("cw-failed");
      const whole = { ...rest, autosize: true, height: model.get("height") };
      const turn = globalThis.__workbenchTurn ?? ((/** @type {() => any} */ now) => now());
      await turn(() => !signal?.aborted && Plotly.react(plot, data ?? [], whole, config));
      frame();
    } catch (error) {
      console.error(error);
      fail(model.get("texts").failed);
    }
  };
  // One drawing at a time: a second `react` while the first runs would interleave.
  const redraw = () => (queue = queue.then(draw));

  const watch = new MutationObserver(redraw);
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  for (const medium of [scheme, print]) medium.addEventListener("change", redraw);
  frame(); // its place in the page, before there is a drawing
  let seen = 0;
  const size = new ResizeObserver(([{ contentRect }]) => {
    // Also covers a chart drawn in a closed tab: it gets its width when the tab opens.
    if (contentRect.width === seen || !plot.classList.contains("js-plotly-plot")) return;
    seen = contentRect.width;
    if (seen > 0) queue = queue.then(() => Plotly.Plots.resize(plot)).catch(() => undefined);
  });
  size.observe(plot);
  model.on("change:figure", redraw);
  model.on("change:dark", redraw);
  model.on("change:label", frame);
  model.on("change:height", () => (frame(), redraw()));
  frame();

  shown(plot).then(() => plotly(model, signal)).then(
    (loaded) => ((Plotly = loaded), redraw()),
    () => fail(model.get("texts").failed),
  );

  return () => {
    watch.disconnect();
    size.disconnect();
    for (const medium of [scheme, print]) medium.removeEventListener("change", redraw);
    Plotly?.purge(plot);
  };
}

export default { render };
