/* The page's own behaviour: loading steps, the empty state, links that keep the query, and a
 * banner when the kernel behind the page is gone. Runs before voila's script, so that it sees
 * every websocket that voila opens. */
(() => {
  "use strict";
  const words = JSON.parse(document.getElementById("wb-words").textContent);
  const byId = (id) => document.getElementById(id);
  const cells = () => byId("wb-cells");
  const say = (text, values = {}) =>
    text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

  /* ---- Links: the address bar is the newest plan, so links are completed when used. ---- */
  const refreshLink = (event) => {
    const link = event.target.closest?.("a[data-keep-query]");
    if (!link) return;
    const query = new URLSearchParams(location.search);
    if (link.dataset.keepQuery) query.set("lang", link.dataset.keepQuery);
    const url = new URL(link.href, location.href);
    url.search = query.toString();
    link.href = url.href;
  };
  for (const type of ["pointerdown", "focusin", "click"]) {
    document.addEventListener(type, refreshLink, true);
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-reload]")) location.reload();
  });

  /* ---- Kernel lost, or connection lost ---- */
  let state = "ok"; // ok | offline | lost; lost is final
  const banner = (next) => {
    if (state === "lost" || state === next) return;
    state = next;
    document.documentElement.dataset.connection = next;
    const box = byId("wb-lost");
    box.replaceChildren();
    if (next === "ok") return;
    if (next === "lost") {
      for (const node of cells().querySelectorAll("input, select, textarea, button")) {
        node.disabled = true; // what is typed now would be lost
      }
    }
    const text = document.createElement("p");
    const title = document.createElement("strong");
    title.textContent = words[`${next}_title`];
    text.append(title, " ", words[`${next}_body`]);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "wb-button";
    button.dataset.reload = "";
    button.textContent = words.reload;
    box.append(text, button);
  };

  const text = new TextDecoder();
  /** @returns {string|null} the execution state, if the message is a kernel status */
  const kernelStatus = (data) => {
    if (typeof data === "string") {
      if (!data.includes("execution_state")) return null;
      return JSON.parse(data).content?.execution_state ?? null;
    }
    if (!(data instanceof ArrayBuffer)) return null;
    // v1.kernel.websocket.jupyter.org: a count, the offsets, then channel, header, parent,
    // metadata and content. Only the short header is decoded for other messages.
    const view = new DataView(data);
    const at = (i) => Number(view.getBigUint64(8 * (i + 1), true));
    const part = (i) => JSON.parse(text.decode(new Uint8Array(data, at(i), at(i + 1) - at(i))));
    if (part(1).msg_type !== "status") return null;
    return part(4).execution_state ?? null;
  };

  const LOST = new Set(["dead", "restarting", "autorestarting"]);
  const config = () => JSON.parse(byId("jupyter-config-data").textContent);
  let leaving = false;
  let byVoila = false; // its script draws the page, and ends the kernel when the page is left
  let sockets = 0;
  const watch = (socket) => {
    let open = false;
    socket.addEventListener("open", () => {
      open = true;
      sockets += 1;
      banner("ok");
    });
    socket.addEventListener("message", (event) => {
      try {
        if (LOST.has(kernelStatus(event.data))) banner("lost");
      } catch {
        /* a message of another shape is not for us */
      }
    });
    socket.addEventListener("close", () => {
      if (open) sockets -= 1;
      // A page being left closes its socket too; if it is still here later, the loss is real.
      setTimeout(() => sockets === 0 && banner("offline"), leaving ? 6000 : 1500);
    });
  };
  const NativeSocket = window.WebSocket;
  window.WebSocket = class extends NativeSocket {
    constructor(url, protocols) {
      super(url, protocols);
      if (/\/api\/kernels\/[^/]+\/channels/.test(String(url))) watch(this);
    }
  };
  // voila ends the kernel on beforeunload; some browsers skip that event when a tab is closed.
  addEventListener("beforeunload", () => {
    leaving = true;
    setTimeout(() => (leaving = false), 6000);
  });
  addEventListener("pagehide", () => {
    const token = document.cookie.match(/\b_xsrf=([^;]*)/)?.[1];
    if ((leaving && byVoila) || !byId("jupyter-config-data") || !token) return;
    const { baseUrl, kernelId } = config();
    const form = new FormData();
    form.append("_xsrf", token);
    navigator.sendBeacon(`${baseUrl}voila/api/shutdown/${kernelId}`, form);
  });

  /* ---- A long page's topics, listed when somebody asks: the live page may have replaced the twin ---- */
  const LONG = 4; // topics from which on a list helps
  const topics = () =>
    [...document.querySelectorAll("#wb-twin h2, #wb-cells h2")].filter((node) =>
      node.checkVisibility({ visibilityProperty: true }),
    );
  const contents = () => byId("wb-contents")?.firstElementChild; // error pages have none
  const offerContents = () => {
    const box = byId("wb-contents");
    if (box) box.hidden = topics().length < LONG;
  };
  const go = (name) => {
    const heading = topics().find((node) => node.textContent === name);
    contents().open = false;
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "start" });
  };
  addEventListener("DOMContentLoaded", () => {
    contents()?.addEventListener("toggle", () => {
      const items = topics().map(({ textContent: name }) => {
        const button = Object.assign(document.createElement("button"), { type: "button" });
        button.textContent = name;
        button.addEventListener("click", () => go(name));
        const item = document.createElement("li");
        item.append(button);
        return item;
      });
      contents().querySelector("ol").replaceChildren(...items);
    });
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !contents()?.open) return;
    contents().open = false;
    contents().querySelector("summary").focus();
  });
  addEventListener("pointerdown", (event) => {
    if (byId("wb-contents")?.contains(event.target) === false) contents().open = false;
  });

  /* ---- What widgets and wide tables lack for keyboards and screen readers ---- */
  const labelOf = (node) =>
    node.closest(".jupyter-widgets")?.querySelector(".widget-label")?.textContent;
  const assist = () => {
    offerContents();
    for (const node of document.querySelectorAll(
      ":is(.noUi-handle,.widget-readout):not([aria-label])",
    )) {
      const label = labelOf(node);
      if (label) node.setAttribute("aria-label", label);
      if (label && node.isContentEditable) node.setAttribute("role", "textbox");
    }
    // Sections bring their own styles; JupyterLab's for plain output would override them.
    for (const node of document.querySelectorAll(".jp-RenderedHTMLCommon:has(.wbs)")) {
      node.classList.remove("jp-RenderedHTMLCommon");
    }
    // A live region has to stand before its text changes, and a widget replaces all of its text.
    for (const node of document.querySelectorAll(
      ".wb-live .widget-html-content:not([aria-live])",
    )) {
      node.setAttribute("aria-live", "polite");
    }
    const wide = ":is(.wide, .jp-RenderedHTML):not([tabindex])";
    for (const node of document.querySelectorAll(wide)) {
      if (node.scrollWidth > node.clientWidth) node.tabIndex = 0; // arrow keys scroll it
    }
  };
  let asked = 0;
  const assistSoon = () => {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      assist();
    });
  };
  addEventListener("resize", assistSoon);

  /* ---- Loading ---- */
  const started = Date.now();
  const status = (message) => {
    const node = byId("wb-status");
    if (node && node.textContent !== message) node.textContent = message;
  };
  // Until its widget is there, a panel holds the bare words "Loading widget...".
  const undrawn = () =>
    cells().querySelector('script[type="application/vnd.voila.cell-output+json"]') !== null ||
    [...cells().querySelectorAll(".jupyter-widgets-view, .jp-OutputArea-output")].some(
      (node) =>
        node.childNodes.length === 0 ||
        (node.children.length === 0 && node.classList.contains("lm-Panel")),
    );
  const isEmpty = () =>
    !cells().querySelector(
      ".jp-OutputArea-output *, .jp-RenderedHTMLCommon *, .wb-error, pre, img, svg, canvas",
    );
  const checkEmpty = () => {
    byId("wb-empty").hidden = !isEmpty();
  };
  /* A selector of the twin asks for what was chosen by a new address; it needs no kernel. */
  document.addEventListener("change", (event) => {
    const field = event.target.dataset?.wbChoose;
    if (!field) return;
    const query = new URLSearchParams(location.search);
    if (event.target.value) query.set(field, event.target.value);
    else query.delete(field);
    location.search = query.toString();
  });

  /* The live page takes the place of its twin: what stood at the top of the window stays there. */
  const takeOver = () => {
    const twin = byId("wb-twin");
    if (!twin) return;
    const panels = (node) => [...node.querySelectorAll(".wb-panel")];
    const before = panels(twin);
    const top = before.findIndex((panel) => panel.getBoundingClientRect().bottom > 0);
    const offset = top < 0 ? 0 : before[top].getBoundingClientRect().top;
    const scrolled = scrollY > 0;
    twin.remove();
    const now = panels(cells())[top];
    if (scrolled && now) scrollBy({ top: now.getBoundingClientRect().top - offset, behavior: "instant" });
  };
  const ready = () => {
    const used = byId("wb-twin")?.querySelector("select:focus");
    if (used) {
      used.addEventListener("blur", ready, { once: true }); // not under somebody's hands
      return;
    }
    takeOver();
    const box = byId("wb-loading");
    status(words.ready); // still said to screen readers
    box.className = "wb-visually-hidden";
    for (const node of box.querySelectorAll("progress, .wb-bones")) node.remove();
    byId("content").setAttribute("aria-busy", "false");
    checkEmpty();
    document.documentElement.dataset.ready = "";
    dispatchEvent(new Event("resize")); // figures measure themselves once more
  };
  /* Drawn, and quiet for a moment; a page that never rests is not kept waiting. */
  const readyAtRest = () => {
    const end = Date.now();
    const poll = () => {
      const now = Date.now();
      const waiting = now < end + 30000 && undrawn();
      if (waiting || (now < end + 8000 && now < changed + 250)) setTimeout(poll, 100);
      else ready();
    };
    poll();
  };
  const promise = () => {
    let resolve;
    const made = new Promise((done) => (resolve = done));
    return Object.assign(made, { resolve });
  };
  const drawers = promise();
  let changed = Date.now(); // when the page last did
  /* voila's script draws whatever ours (live.js) is not for; it doesn't say when it is done. */
  const leaveToVoila = async () => {
    byVoila = true;
    const { style, script } = await drawers;
    for (const src of [style, script]) {
      const node = document.createElement("script");
      Object.assign(node, { src, async: false });
      document.body.append(node);
    }
    readyAtRest();
  };
  window.wbPage = {
    /**
     * Called with live.js's address once what can be seen at once has been sent. Its evaluation
     * takes a while, so that is painted first; a page in the background is not painted.
     */
    begin(src) {
      offerContents();
      const add = () => {
        const script = Object.assign(document.createElement("script"), { type: "module", src });
        script.onerror = () => this.drawn(false);
        document.head.append(script);
      };
      if (document.hidden) add();
      else requestAnimationFrame(() => setTimeout(add));
    },
    /** Where the page's kernel is, as soon as that is known. */
    kernel: promise(),
    /** Resolved when the last cell has run. */
    computed: promise(),
    /** Called when the kernel is there; its first cell may still be running. */
    started() {
      this.kernel.resolve(config());
    },
    /** Called by live.js: it has drawn the page, or leaves it to voila's script. */
    drawn(done) {
      if (!done) leaveToVoila();
      else if (scrollY > 0) readyAtRest(); // heights have to be final, or the reader loses the place
      else ready();
    },
    /** Called where the page ends early, after a card that says so: nothing is drawn any more. */
    unfinished: ready,
    /** Called after each cell has run. */
    step(done, total) {
      status(say(words.loading_steps, { done, total }));
      const bar = byId("wb-progress");
      if (bar) Object.assign(bar, { max: total, value: done });
    },
    /**
     * Called when the last cell has run: wait until what came out of them is drawn.
     * @param {{ style: string, script: string }} voila Addresses of voila's script and its styles.
     */
    finish(voila) {
      status(words.loading_draw);
      drawers.resolve(voila);
      this.computed.resolve();
      const observer = new MutationObserver(() => {
        changed = Date.now();
        assistSoon();
        if (!byId("wb-empty").hidden) checkEmpty(); // it came late, on a slow machine
      });
      observer.observe(cells(), { childList: true, subtree: true });
      assistSoon();
      // The kernel may be gone before the page ever reached it.
      setTimeout(() => sockets === 0 && banner("offline"), 20000);
    },
  };
  // The names that voila's server and script call.
  window.voila_heartbeat = () =>
    status(say(words.loading_slow, { seconds: Math.round((Date.now() - started) / 1000) }));
  window.voila_finish = window.voila_process = () => {};
})();
