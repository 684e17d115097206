// A file is looked at in a panel over the case; arrows turn its pages, Escape closes it, and the focus goes back.
let from = null;

document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target.matches?.(".file-look")) from = target;
});
document.addEventListener("htmx:afterSwap", ({ target }) => {
  const panel = target.id === "file-preview-body" && target.closest("dialog");
  if (!panel) return;
  if (!panel.open) panel.showModal();
  panel.querySelector("h1")?.focus();
});
document.addEventListener("keydown", (event) => {
  const panel = document.querySelector("[data-file-preview][open]");
  const step = { ArrowLeft: "back", ArrowRight: "on" }[event.key];
  const link = panel && step && panel.querySelector(`[data-step=${step}]`);
  if (!link || event.target.closest(".preview-sheet, .preview-words")) return;
  event.preventDefault();
  link.click();
});
document.addEventListener(
  "close",
  ({ target }) => {
    if (!target.matches("[data-file-preview]")) return;
    target.querySelector("#file-preview-body").replaceChildren();
    from?.focus();
  },
  true,
);
// nothing leaves while a file that is to go along is still arriving
document.addEventListener(
  "submit",
  (event) => {
    const arriving = event.target.matches("[data-write]") && [...(window.tielineUploads?.running.keys() ?? [])];
    if (!arriving?.length || event.submitter?.name === "_method") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    for (const row of arriving) window.tielineUploads.say(row, "Still arriving. Wait for it or take it away, then send.");
  },
  true,
);
