// A button that saves a text, or a workbook, as a file made in the page: nothing is written on the server.
import "./download.css";

/** @param {string} text in base64 */
function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** @param {Context} context */
function render({ model, el }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "cw cw-download";
  const dress = () => {
    button.textContent = model.get("label");
    button.title = model.get("filename");
    button.disabled = model.get("disabled");
  };
  button.addEventListener("click", () => {
    // The mark at the start tells a spreadsheet that a CSV is in UTF-8.
    const csv = model.get("filename").endsWith(".csv") && !model.get("content").startsWith("\uFEFF");
    const content = model.get("base64") ? bytes(model.get("content")) : model.get("content");
    const blob = new Blob([csv ? "\uFEFF" : "", content], { type: model.get("mime") });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = model.get("filename");
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
  for (const name of ["label", "filename", "disabled"]) model.on(`change:${name}`, dress);
  dress();
  el.append(button);
}

export default { render };
