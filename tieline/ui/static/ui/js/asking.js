// The query of the list: what could come next is asked of the server and chosen by arrows, Enter or the pointer.
const form = document.querySelector("[data-asking]");
const field = form?.querySelector("[role=combobox]");
const choices = form?.querySelector("[role=listbox]");
let wait = null;
let asked = 0;

const options = () => [...choices.querySelectorAll("[role=option]")];
const chosen = () => options().findIndex((one) => one.getAttribute("aria-selected") === "true");

function close() {
  choices.hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}
function choose(index) {
  const all = options();
  const wanted = all[(index + all.length) % all.length];
  for (const one of all) one.setAttribute("aria-selected", String(one === wanted));
  field.setAttribute("aria-activedescendant", wanted.id);
  wanted.scrollIntoView({ block: "nearest" });
}
function put(option) {
  const [start, end] = [Number(option.dataset.start), Number(option.dataset.end)];
  const words = option.dataset.insert + (option.dataset.insert.endsWith(":") ? "" : " ");
  field.setRangeText(words, start, end, "end");
  close();
  field.focus();
  suggest();
}
async function suggest() {
  const turn = ++asked;
  const place = new URLSearchParams({ q: field.value, caret: field.selectionStart });
  const answer = await fetch(`${form.dataset.source}?${place}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || turn !== asked || document.activeElement !== field) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  choices.replaceChildren(...page.body.childNodes);
  choices.hidden = !options().length;
  field.setAttribute("aria-expanded", String(!choices.hidden));
}
field?.addEventListener("input", () => {
  clearTimeout(wait);
  wait = setTimeout(suggest, 120);
});
field?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && choices.hidden) suggest();
  else if (step) choose(chosen() < 0 && step < 0 ? -1 : chosen() + step);
  else if (["Enter", "Tab"].includes(event.key) && !choices.hidden && chosen() >= 0) put(options()[chosen()]);
  else if (event.key === "Escape" && !choices.hidden) {
    close();
    event.stopPropagation();
  } else return;
  event.preventDefault();
});
field?.addEventListener("blur", () => setTimeout(close, 150));
choices?.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  if (event.target.closest("[role=option]")) put(event.target.closest("[role=option]"));
});
