// Escape puts away the explanation of a term until the pointer or the focus leaves it; without this it stays open.
document.addEventListener("keydown", (pressed) => {
  if (pressed.key !== "Escape") return;
  for (const open of document.querySelectorAll(".explained:is(:hover, :focus-within):not([data-dismissed])")) {
    open.dataset.dismissed = "";
  }
});

for (const left of ["pointerout", "focusout"]) {
  document.addEventListener(left, (event) => {
    const term = event.target.closest?.(".explained[data-dismissed]");
    if (term && !term.contains(event.relatedTarget)) delete term.dataset.dismissed;
  });
}
