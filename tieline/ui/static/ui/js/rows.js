// The list: J and K move the focus, the open case's row is marked, scroll stays where it was.
const links = () => [...document.querySelectorAll("[data-rows] [data-row] > a")];

function move(step) {
  const all = links();
  if (!all.length) return;
  const here = all.indexOf(document.activeElement.closest?.("[data-row] > a"));
  const open = all.findIndex((link) => link.hasAttribute("aria-current"));
  const from = here >= 0 ? here : open;
  const next = from < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(from + step, 0), all.length - 1);
  all[next].focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.matches("input:not([type=radio]), textarea, select")) return;
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  const inList = event.target === document.body || event.target.closest("[data-list], [data-third]");
  if (!step || (event.key.startsWith("Arrow") && !event.target.closest("[data-list]")) || !inList) return;
  event.preventDefault();
  move(step);
});

function mark() {
  const open = document.getElementById("case")?.dataset.case;
  for (const link of links()) {
    if (link.parentElement.dataset.row === open) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
document.addEventListener("rows-renewed", mark);
document.addEventListener("htmx:afterSettle", (event) => {
  mark();
  if (event.target.id !== "third") return;
  document.getElementById("case-title")?.focus({ preventScroll: true });
  document.title = document.getElementById("case-title")?.textContent || document.title;
});
