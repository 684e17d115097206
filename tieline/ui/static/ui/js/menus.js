// An open menu stays open: news that arrive meanwhile leave the part of the page it stands in for the next time.
const isBusy = (part) => Boolean(part?.querySelector?.("details.menu[open], .people-list:not([data-chosen])"));

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (isBusy(event.detail.target)) event.detail.shouldSwap = false;
});
// a list of people has done its work once somebody is chosen; a refusal leaves it open
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches?.(".people-list")) event.target.dataset.chosen = "";
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches?.(".people-list")) delete event.target.dataset.chosen;
});
