// Keys: an element with data-key answers to it: fields and tabs are focused, all else is clicked.
// Two letters ("g i") are typed one after the other. Single keys are off while somebody types.
let first = "";
const typing = (element) =>
  element.isContentEditable || element.matches("textarea, select, input:not([type=radio], [type=checkbox])");
const visible = (element) => element.checkVisibility({ visibilityProperty: true }) || element.matches("[type=radio]");

function answer(element) {
  if (element.dataset.focus) {
    element.click();
    document.querySelector(element.dataset.focus)?.focus();
  } else if (element.matches("input, textarea")) {
    element.focus();
  } else {
    element.click();
    element.closest("details[open]")?.querySelector("button")?.focus();
  }
}

document.addEventListener("keydown", (event) => {
  const control = event.ctrlKey || event.metaKey;
  if (control && event.key.toLowerCase() === "k" && !event.altKey) {
    event.preventDefault();
    document.querySelector("[data-opens=palette]")?.click();
    return;
  }
  if (control && event.key === "Enter" && event.target.form) {
    event.preventDefault();
    event.target.form.querySelector("[data-send]")?.click();
    return;
  }
  if (event.key === "Escape" && typing(event.target) && !event.target.closest("dialog")) event.target.blur();
  if (control || event.altKey || event.isComposing || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const wanted = first ? `${first} ${event.key}` : event.key;
  first = !first && event.key === "g" ? "g" : "";
  if (first) setTimeout(() => (first = ""), 1200);
  const found = [...document.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key === wanted.toLowerCase() && visible(element),
  );
  if (!found) return;
  event.preventDefault();
  answer(found);
});
