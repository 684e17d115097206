// An open menu stays open: news that arrive meanwhile leave the part of the page it stands in for the next time.
const isBusy = (part) => Boolean(part?.querySelector?.("details.menu[open]"));

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (isBusy(event.detail.target)) event.detail.shouldSwap = false;
});
