// The list: J and K move the focus, > and < the open case; its row is marked, scroll stays where it was.
const { of, pressed } = window.tielineKeys;
const links = () => [...document.querySelectorAll("[data-rows] [data-row] > a")];
const isOff = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select");

function neighbour(step) {
  const all = links();
  if (!all.length) return null;
  const here = all.indexOf(document.activeElement.closest?.("[data-row] > a"));
  const open = all.findIndex((link) => link.hasAttribute("aria-current"));
  const from = here >= 0 ? here : open;
  return all[from < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(from + step, 0), all.length - 1)];
}
function move(step) {
  const next = neighbour(step);
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}
function toCase(step) {
  const all = links();
  const next = all[all.findIndex((link) => link.hasAttribute("aria-current")) + step];
  if (!next || !document.getElementById("case")) return;
  next.scrollIntoView({ block: "nearest" });
  next.click();
}
document.addEventListener("keydown", (event) => {
  if (isOff(event) || document.querySelector("dialog[open]")) return;
  const key = pressed(event);
  const jump = { [of("Next case from inside a case", ">")]: 1, [of("Previous case from inside a case", "<")]: -1 }[key];
  if (jump) return toCase(jump);
  const steps = { [of("Next in the list", "j")]: 1, [of("Previous in the list", "k")]: -1, ArrowDown: 1, ArrowUp: -1 };
  const step = steps[key];
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
  // who was quicker than the page is where they want to be
  if (!event.target.contains(document.activeElement)) document.getElementById("case-title")?.focus({ preventScroll: true });
  document.title = document.getElementById("case-title")?.textContent || document.title;
});
