// An open menu stays open: news that arrive meanwhile leave the part of the page it stands in for the next time.
// A list of people on its way counts as open. What was left out is fetched when the menu is closed.
const OPEN = "details.menu[open], .people-list:not([data-chosen]), .owner.htmx-request";
// A form whose answer is under way stays too: its answer finds its way from where the form stands.
const underWay = new Set();
let owed = false;
const isBusy = (part) => part?.querySelector?.(OPEN) || [...underWay].some((form) => part?.contains?.(form));

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (!isBusy(event.detail.target)) return;
  event.detail.shouldSwap = false;
  owed = true;
});
function settle() {
  const open = document.getElementById("case");
  if (!owed || isBusy(open)) return;
  owed = false;
  if (open) document.dispatchEvent(new CustomEvent("cases-changed", { detail: { numbers: [open.dataset.case] } }));
}
document.addEventListener("htmx:beforeRequest", ({ target }) => target.matches?.("form") && underWay.add(target));
for (const over of ["htmx:beforeOnLoad", "htmx:sendError", "htmx:sendAbort", "htmx:timeout"]) {
  document.addEventListener(over, (event) => underWay.delete(event.target));
}
for (const closing of ["click", "keyup", "htmx:afterRequest"]) document.addEventListener(closing, settle);
// a list of people has done its work once somebody is chosen; a refusal leaves it open
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches?.(".people-list")) event.target.dataset.chosen = "";
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches?.(".people-list")) delete event.target.dataset.chosen;
});
