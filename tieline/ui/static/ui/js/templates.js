// An approved text that arrives as [data-insert] goes into the field it names, at the cursor, and is not shown twice.
document.addEventListener("htmx:afterSettle", (event) => {
  const text = event.target.querySelector?.("[data-insert]");
  if (!text) return;
  const field = document.querySelector(`[data-draft=${text.dataset.insert}]`);
  if (!field) return;
  const [start, end] = [field.selectionStart, field.selectionEnd];
  const gap = start && !field.value.slice(0, start).endsWith("\n") ? "\n\n" : "";
  field.setRangeText(gap + text.textContent, start, end, "end");
  text.remove();
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
document.addEventListener("click", (event) => {
  const closer = event.target.closest("[data-closes]");
  if (closer) document.getElementById(closer.dataset.closes).replaceChildren();
});
