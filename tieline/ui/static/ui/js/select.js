// Choosing rows: X this one, Shift X up to this one, Ctrl A all, Esc none. Chosen rows stay chosen when renewed.
const bar = document.querySelector("[data-bulk]");
const boxes = () => [...document.querySelectorAll("[data-choose]")];
const chosen = new Set();
const isChoice = (key) => key.toLowerCase() === window.tielineKeys.of("Choose the row (with Shift: up to this one)", "x");
let last = null;
function here() {
  const row = document.activeElement.closest?.("[data-row]") ?? document.querySelector("[data-row]:has([aria-current])");
  return row?.querySelector("[data-choose]") ?? null;
}
function show() {
  const total = document.getElementById("list-count")?.textContent.trim() ?? "";
  if (/^\d/.test(total)) bar.querySelector("[data-bulk-total]").textContent = total;
  for (const box of boxes()) box.checked = chosen.has(box.value) || bar.all.checked;
  const count = chosen.size;
  const words = bar.all.checked ? "All matching" : `${count} chosen`;
  bar.querySelector("[data-bulk-count]").textContent = words;
  bar.classList.toggle("shown", count > 0 || bar.all.checked);
}
function choose(box, is) {
  if (is) chosen.add(box.value);
  else chosen.delete(box.value);
}
function upTo(box) {
  const all = boxes();
  const [from, to] = [all.findIndex((one) => one.value === last), all.indexOf(box)].sort((a, b) => a - b);
  all.slice(Math.max(from, 0), to + 1).forEach((one) => choose(one, true));
}
function press(event) {
  if (event.altKey || event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) return;
  if (document.querySelector("dialog[open]")) return;
  const control = event.ctrlKey || event.metaKey;
  if (control && event.key === "a" && event.target.closest("[data-list]")) {
    bar.all.checked = true;
  } else if (!control && isChoice(event.key) && here()) {
    if (event.shiftKey) upTo(here());
    else choose(here(), !chosen.has(here().value));
    last = here().value;
  } else if (event.key === "Escape" && bar.classList.contains("shown") && event.target.closest("[data-list]")) {
    bar.reset();
  } else return;
  event.preventDefault();
  show();
}
if (bar) {
  document.addEventListener("keydown", press);
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-choose]")) {
      bar.all.checked = false;
      choose(event.target, event.target.checked);
      last = event.target.value;
    }
    if (event.target.matches("[data-choose], [data-bulk-all]")) show();
  });
  bar.addEventListener("reset", () => {
    chosen.clear();
    setTimeout(show);
  });
  document.addEventListener("rows-renewed", show);
}
