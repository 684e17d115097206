// Layers: [data-opens=ID] opens a dialog; a click beside it, or beside an open menu, closes it. [data-print] prints.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    const dialog = document.getElementById(opener.dataset.opens);
    if (!dialog.open) dialog.showModal();
    dialog.dispatchEvent(new Event("opened"));
    return;
  }
  if (event.target.closest("[data-print]")) window.print();
  if (event.target.nodeName === "DIALOG") event.target.close();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const people = document.querySelector(".people > .people-list");
  if (people && !people.contains(event.target)) people.remove();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.menu[open], .people > .people-list");
  if (!open || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  if (open.nodeName !== "DETAILS") return open.remove();
  open.open = false;
  open.querySelector("summary").focus();
});
