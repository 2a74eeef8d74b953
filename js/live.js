// The live page: connects to the page's kernel while that still computes, and draws its widgets.
// A page with anything else in it, or with widgets of other packages, is left to voila's script.
import "@jupyter-widgets/base/css/index.css";
import "@jupyter-widgets/controls/css/widgets-base.css";
import "@lumino/widgets/style/index.css";
import { defined } from "./amd.js";
import "anywidget";
import * as base from "@jupyter-widgets/base";
import * as controls from "@jupyter-widgets/controls";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import { CommsOverSubshells } from "@jupyterlab/services/lib/kernel/comm";
import { KernelConnection } from "@jupyterlab/services/lib/kernel/default";
import { ServerConnection } from "@jupyterlab/services/lib/serverconnection";
import { Widget } from "@lumino/widgets";

const OUTPUT = 'script[type="application/vnd.voila.cell-output+json"]';
const VIEW = "application/vnd.jupyter.widget-view+json";

const PATIENCE = 20_000; // ms to wait for the connection; the worst page load seen took 16 s

/** @type {Record<string, any>} */
const MODULES = {
  "@jupyter-widgets/base": base,
  "@jupyter-widgets/controls": controls,
  anywidget: defined(base),
};

/** Widgets of the packages above, on a kernel that is there already. */
class Manager extends ManagerBase {
  /** Whether every widget so far was of a package that is known here. */
  known = true;

  /** @param {KernelConnection} kernel */
  constructor(kernel) {
    super();
    this.kernel = kernel;
  }

  /**
   * Takes in every widget that there is, and from now on each new one.
   * @param {boolean} late Whether the cells had run before the connection was asked for.
   */
  async load(late) {
    await within(PATIENCE, this.kernel.info);
    // Messages come in order: once this is answered, all that the cells said has gone by.
    if (!late) await this.kernel.requestKernelInfo();
    Object.assign(this.kernel, { handleComms: true }); // read-only in its declaration alone
    this.kernel.registerCommTarget(this.comm_target_name, (comm, message) => {
      const open = /** @type {any} */ (message);
      return this.handle_comm_open(new base.shims.services.Comm(comm), open).then(() => {});
    });
    await this._loadFromKernel();
  }

  /** @param {string} name @param {string} module */
  async loadClass(name, module) {
    const found = MODULES[module]?.[name];
    if (found) return found;
    this.known = false;
    throw new Error(`No ${name} of ${module} here`);
  }

  /**
   * @param {string} target @param {string} id
   * @param {any} [data] @param {any} [metadata] @param {ArrayBuffer[] | ArrayBufferView[]} [buffers]
   */
  async _create_comm(target, id, data, metadata, buffers) {
    const comm = this.kernel.createComm(target, id);
    if (data || metadata) comm.open(data, metadata, buffers);
    return new base.shims.services.Comm(comm);
  }

  async _get_comm_info() {
    const { content } = await this.kernel.requestCommInfo({ target_name: this.comm_target_name });
    return content.status === "ok" ? content.comms : {};
  }
}

/**
 * A promise that fails if it takes longer.
 * @param {number} ms @param {Promise<unknown>} promise
 */
function within(ms, promise) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`not within ${ms} ms`)), ms));
  return Promise.race([promise, late]);
}

/** @param {string} root @param {string} id */
function connect(root, id) {
  const url = new URL(root, location.href).href;
  const serverSettings = ServerConnection.makeSettings({
    baseUrl: url,
    wsUrl: url.replace(/^http/, "ws"),
    appendToken: false,
  });
  const kernel = new KernelConnection({ model: { id, name: "" }, serverSettings, handleComms: false });
  kernel.commsOverSubshells = CommsOverSubshells.Disabled; // the server lets no such request through
  return kernel;
}

/**
 * Says in the page that something went wrong in the kernel; the sentence itself is in the styles.
 * @param {import("@jupyterlab/services/lib/kernel/messages").IIOPubMessage} message
 */
function tell({ header, content }) {
  const wrong = header.msg_type === "error" || ("name" in content && content.name === "stderr");
  if (!wrong || document.querySelector("#wb-cells > [data-mime-type]")) return;
  const output = document.createElement("div");
  output.className = "jp-OutputArea-output";
  output.dataset.mimeType = "application/vnd.jupyter.error";
  output.setAttribute("role", "alert");
  document.getElementById("wb-cells")?.append(output);
}

/** The ids of the widgets that the cells show, each with its place; undefined if there is more. */
function shown() {
  const places = [...document.querySelectorAll(OUTPUT)];
  const found = places.map((place) => {
    const id = JSON.parse(place.textContent ?? "").data?.[VIEW]?.model_id;
    return { place, id: String(id ?? "") };
  });
  return found.every(({ id }) => id) ? found : undefined;
}

/**
 * Resolves when a view and all that lies in it are in the page.
 * @param {any} view
 */
async function whole(view) {
  const inner = await Promise.all(view.children_views?.views ?? []);
  await Promise.all(inner.map(whole));
}

/** Whether the page is drawn now; false: voila's script has to do it. */
async function draw() {
  const { baseUrl, kernelId } = await page.kernel;
  let computed = false;
  page.computed.then(() => (computed = true));
  await undefined; // so that it is told, if it is so already
  const late = computed;
  const kernel = connect(baseUrl, kernelId);
  const manager = new Manager(kernel);
  await page.computed;
  const outputs = shown();
  if (outputs) await manager.load(late);
  if (!outputs || !manager.known) {
    // Jupyter's server stumbles over a connection that is given up before it stands.
    kernel.info.then(() => kernel.dispose(), () => kernel.dispose());
    return false;
  }
  for (const { place, id } of outputs) {
    const view = await manager.create_view(await manager.get_model(id));
    const output = document.createElement("div");
    output.className = "jp-OutputArea-output jupyter-widgets-view";
    place.replaceWith(output);
    Widget.attach(view.luminoWidget, output);
    await whole(view);
  }
  kernel.iopubMessage.connect((_, message) => tell(message));
  addEventListener("beforeunload", () => kernel.dispose());
  return true;
}

const page = /** @type {any} */ (window).wbPage;
draw().then(
  (drawn) => page.drawn(drawn),
  (error) => {
    console.error(error);
    page.drawn(false);
  },
);
