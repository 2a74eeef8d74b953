// What the sources lean on and no package describes: the host's model and two untyped libraries.

/** The widget model that anywidget hands to a script. */
interface Model {
  get(name: string): any;
  set(name: string, value: unknown): void;
  send(content: object): void;
  on(event: string, callback: (...args: any[]) => void): void;
  off(event: string, callback: (...args: any[]) => void): void;
  widget_manager: { get_model(id: string): Promise<unknown> };
}

/** What `render` receives. */
interface Context {
  model: Model;
  el: HTMLElement;
  signal: AbortSignal;
}

declare module "plotly.js-cartesian-dist-min" {
  const Plotly: any;
  export default Plotly;
}

declare module "tabulator-tables" {
  export const Tabulator: any;
  export const EditModule: any;
  export const FormatModule: any;
  export const FrozenColumnsModule: any;
  export const LayoutModule: any;
  export const ResizeColumnsModule: any;
  export const ResizeTableModule: any;
}

declare module "*.css";

/** Gives Plotly; set once per page by plotly_runtime.js. */
declare var __workbenchPlotly: undefined | (() => Promise<any>);

/** Draws when it is its turn; set once per page by plotly_runtime.js. */
declare var __workbenchTurn: undefined | (<T>(draw: () => T | Promise<T>) => Promise<T>);
