// Panes: [data-fold=left|right] folds one away, the divider is dragged or moved by arrows; both are remembered.
const root = document.documentElement;
const divider = document.querySelector("[data-divider]");

document.addEventListener("click", (event) => {
  const side = event.target.closest("[data-fold]")?.dataset.fold;
  if (!side) return;
  const folded = root.toggleAttribute(`data-fold-${side}`);
  if (folded) localStorage.setItem(`fold-${side}`, "yes");
  else localStorage.removeItem(`fold-${side}`);
});

function widen(pixels) {
  const wide = Math.round(Math.min(Math.max(pixels, 280), 640));
  const width = `${wide}px`;
  divider.setAttribute("aria-valuenow", wide);
  root.style.setProperty("--list-width", width);
  localStorage.setItem("list-width", width);
}
if (localStorage.getItem("list-width")) divider?.setAttribute("aria-valuenow", parseInt(localStorage.getItem("list-width"), 10));
const left = () => document.querySelector("[data-list]").getBoundingClientRect();
// else the browser takes the row under the divider along, as a link that is dragged
divider?.addEventListener("mousedown", (event) => event.preventDefault());
divider?.addEventListener("pointerdown", (event) => {
  divider.setPointerCapture(event.pointerId);
  const drag = (moved) => widen(moved.clientX - left().left);
  divider.addEventListener("pointermove", drag);
  divider.addEventListener("pointerup", () => divider.removeEventListener("pointermove", drag), { once: true });
});
divider?.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -24, ArrowRight: 24 }[event.key];
  if (step) widen(left().width + step);
});
