// Stepping from change to change: buttons (and their keys) move the focus to the next or previous marked place.
const steps = document.querySelector("[data-steps]");
const places = () => [...document.querySelectorAll(steps.dataset.steps)];
let last = null;

function where(all) {
  const focused = all.indexOf(document.activeElement.closest?.(steps.dataset.steps));
  if (focused >= 0) return focused;
  if (last && all.includes(last)) return all.indexOf(last);
  return all.findLastIndex((place) => place.getBoundingClientRect().top < 60);
}
function step(by) {
  const all = places();
  const next = all[Math.min(Math.max(where(all) + by, 0), all.length - 1)];
  if (!next) return;
  last = next;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "center" });
  steps.querySelector("[data-step-count]").textContent = `${all.indexOf(next) + 1} of ${all.length}`;
}
if (steps) {
  steps.hidden = !places().length;
  steps.querySelector("[data-step-count]").textContent = `${places().length} changed`;
  steps.addEventListener("click", (event) => {
    const by = Number(event.target.closest("[data-step]")?.dataset.step);
    if (by) step(by);
  });
}
