// An open menu stays open: news that arrive meanwhile leave the part of the page it stands in for the next time.
// A list of people on its way counts as open. What was left out is fetched when the menu is closed.
const OPEN = "details.menu[open], .people-list:not([data-chosen]), .owner.htmx-request";
let owed = false;

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (!event.detail.target?.querySelector?.(OPEN)) return;
  event.detail.shouldSwap = false;
  owed = true;
});
function settle() {
  const open = document.getElementById("case");
  if (!owed || open?.querySelector(OPEN)) return;
  owed = false;
  if (open) document.dispatchEvent(new CustomEvent("cases-changed", { detail: { numbers: [open.dataset.case] } }));
}
for (const closing of ["click", "keyup"]) document.addEventListener(closing, settle);
// a list of people has done its work once somebody is chosen; a refusal leaves it open
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches?.(".people-list")) event.target.dataset.chosen = "";
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches?.(".people-list")) delete event.target.dataset.chosen;
});
