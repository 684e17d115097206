// Keys: an element with data-key answers to it: fields and tabs are focused, all else is clicked.
// Two letters ("g i") are typed one after the other. Single keys are off while somebody types.
const { keyOf, pressed } = window.tielineKeys;
let first = "";
const typing = (element) =>
  element.isContentEditable || element.matches("textarea, select, input:not([type=radio], [type=checkbox])");
const visible = (element) => element.checkVisibility({ visibilityProperty: true }) || element.matches("[type=radio]");

function answer(element) {
  if (element.dataset.focus) {
    element.click();
    document.querySelector(element.dataset.focus)?.focus();
  } else if (element.matches("input, textarea, select")) {
    element.closest(".rail")?.scrollTo?.({ top: element.offsetTop - 80 });
    element.focus();
    if (element.matches("select")) element.showPicker?.();
  } else {
    element.click();
    element.closest("details[open]")?.querySelector("button, input:not([type=hidden])")?.focus();
  }
}

document.addEventListener("keydown", (event) => {
  const control = event.ctrlKey || event.metaKey;
  if (control && event.key.toLowerCase() === "k" && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    document.querySelector("[data-opens=palette]")?.click();
    return;
  }
  if (control && event.key === "Enter" && event.target.form) {
    event.preventDefault();
    event.target.form.querySelector("[data-send]")?.click();
    return;
  }
  if (event.key === "Escape" && !event.defaultPrevented && typing(event.target) && !event.target.closest("dialog")) {
    event.target.blur();
  }
  if (control || event.altKey || event.isComposing || event.defaultPrevented || typing(event.target)) return;
  if (document.querySelector("dialog[open]") || event.key === "Shift") return;
  const key = pressed(event);
  const wanted = first ? `${first} ${key}` : key;
  first = !first && key === "g" ? "g" : "";
  if (first) setTimeout(() => (first = ""), 1200);
  const found = [...document.querySelectorAll("[data-key]")].find(
    (element) => keyOf(element) === wanted && visible(element),
  );
  if (!found) return;
  event.preventDefault();
  answer(found);
});
document.addEventListener("act-wanted", (event) => answer(event.detail.element));
