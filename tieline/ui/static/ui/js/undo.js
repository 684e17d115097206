// The offer to take back the last act goes away by itself; a pointer on it, or the focus in it, keeps it.
const SHOWN = 10_000;
let going = null;

document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.target.id !== "undo") return;
  clearTimeout(going);
  const leave = () => {
    const offer = document.querySelector("#undo [data-undo]");
    if (!offer) return;
    if (offer.matches(":hover, :focus-within")) going = setTimeout(leave, 1000);
    else offer.remove();
  };
  going = setTimeout(leave, SHOWN);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("#undo [data-undo]")) clearTimeout(going);
});

// A menu of one's piles, labels or outcomes has done its work when it is sent: an open one would keep the head as it was.
document.addEventListener("submit", (event) => {
  const menu = event.target.matches(".later, .menu-body[data-optimistic]") && event.target.closest("details.menu");
  if (menu) menu.open = false;
});
