// Suggestions at a sign in the text: a list of its own above the field, moved through and taken by keys alone.
const { called, take } = window.tielineTriggers;
let [field, call, dismissed, asking, pause] = [null, null, -1, 0, null];
const box = () => document.querySelector("[data-suggestions]");
const options = () => [...(box()?.querySelectorAll("[role=option]") || [])];
const chosen = () => options().findIndex((one) => one.ariaSelected === "true");

function close() {
  asking += 1;
  if (box()) [box().hidden, box().innerHTML] = [true, ""];
  for (const name of ["aria-activedescendant", "aria-controls"]) field?.removeAttribute(name);
  field = call = null;
}
function choose(index) {
  const all = options();
  const wanted = all.at(index % all.length);
  for (const one of all) one.ariaSelected = String(one === wanted);
  wanted.scrollIntoView({ block: "nearest" });
  box().querySelector("[data-preview]").textContent = wanted.querySelector("template").content.textContent;
  field.setAttribute("aria-controls", "suggestions");
  field.setAttribute("aria-activedescendant", wanted.id);
}
async function ask() {
  const mine = ++asking;
  const address = box().dataset.suggestions.replace(/actions$/, call.kind);
  const found = await fetch(`${address}?q=${encodeURIComponent(call.words)}`, { headers: { "HX-Request": "true" } });
  const html = found.ok ? await found.text() : "";
  if (mine !== asking || !field) return;
  [box().innerHTML, box().hidden] = [html, !html];
  if (options().length) choose(0);
}
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-draft]") || !box()) return;
  const found = called(event.target);
  clearTimeout(pause);
  if (!found) dismissed = -1;
  if (!found || found.start === dismissed) return close();
  [field, call, dismissed] = [event.target, found, -1];
  pause = setTimeout(() => call && ask(), 120);
});
function press(event) {
  if (!call || event.target !== field || event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const picks = (event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (event.key === "Escape") dismissed = call.start;
  else if (!options().length || (!step && !picks)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (step) return choose(chosen() + step);
  const [into, from, one] = [field, call, options()[chosen()]];
  close();
  if (picks) take(into, from, one);
}
document.addEventListener("keydown", press, true);
document.addEventListener("click", (event) => {
  if (!field) return;
  const [into, from, one] = [field, call, event.target.closest("[data-suggestions] [role=option]")];
  if (one || !event.target.closest("[data-suggestions]")) close();
  if (one) take(into, from, one);
});
