// The board: a card is dragged into another column, or moved there by Shift and an arrow; its own form does the act.
let taken = null;
let back = null;
const columns = () => [...document.querySelectorAll("[data-board] [data-column]")];

function move(card, column) {
  const form = card?.querySelector("form");
  if (!form || !column || column === card.closest("[data-column]")) return;
  const button = [...form.querySelectorAll("button[name=to]")].find((one) => one.value === column.dataset.column);
  if (!button) return;
  back = card.dataset.card;
  button.click(); // a request sent by script knows only of buttons that were pressed
}
document.addEventListener("dragstart", (event) => {
  taken = event.target.closest?.("[data-card]");
  if (taken) event.dataTransfer.setData("text/plain", taken.dataset.card);
});
document.addEventListener("dragover", (event) => {
  const column = taken && event.target.closest?.("[data-column]");
  for (const one of columns()) one.classList.toggle("over", one === column);
  if (column) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const column = taken && event.target.closest?.("[data-column]");
  if (!column) return;
  event.preventDefault();
  move(taken, column);
});
document.addEventListener("dragend", () => {
  taken = null;
  for (const one of columns()) one.classList.remove("over");
});
document.addEventListener("keydown", (event) => {
  const card = event.target.closest?.("[data-card]");
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!card || !step || !event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  move(card, columns()[columns().indexOf(card.closest("[data-column]")) + step]);
});
// Other parts of the page settle too (a counter, a notice): only a board that has come anew has the card in its place.
document.addEventListener("htmx:afterSettle", (event) => {
  if (!back || !event.target.matches("[data-board]")) return;
  document.querySelector(`#card-${back} a`)?.focus();
  back = null;
});
