// Keys and places of the composer: Ctrl Shift Enter sends and is done, Enter in the field of a time sends at that time;
// a finding leads to the words it speaks of.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Enter" || !event.target.form?.matches("[data-write]")) return;
    const form = event.target.form;
    const isDone = (event.ctrlKey || event.metaKey) && event.shiftKey;
    const isTime = event.target.matches("[data-own-time]") && !event.ctrlKey && !event.metaKey;
    const inField = event.target.matches("input") && !event.ctrlKey && !event.metaKey;
    if (!isDone && !inField) return;
    // a field's Enter would press the first button of the form, whatever that does
    event.preventDefault();
    if (isTime) return form.querySelector("[name=when][value=own]").click();
    if (!isDone) return;
    event.stopImmediatePropagation();
    (form.querySelector("[data-send-done]") || form.querySelector("[data-send]"))?.click();
  },
  true,
);
document.addEventListener("click", (event) => {
  const finding = event.target.closest("[data-place]");
  if (!finding) return;
  const field = finding.closest("form").querySelector("textarea");
  const [start, end] = finding.dataset.place.split(":").map(Number);
  const shift = field.value.length - field.value.trimStart().length;
  field.focus();
  field.setSelectionRange(start + shift, end + shift);
});
document.addEventListener("htmx:afterSwap", (event) => {
  // a stop is read before anything else is typed
  if (event.target.id === "stale") event.target.querySelector("[role=alertdialog]")?.focus();
});
