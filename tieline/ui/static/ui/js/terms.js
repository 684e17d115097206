// Escape puts away the explanation of a term until the pointer or the focus leaves it; without this it stays open.
// An explanation that would stand over the edge of the window is moved back into it.
document.addEventListener("keydown", (pressed) => {
  if (pressed.key !== "Escape") return;
  for (const open of document.querySelectorAll(".explained:is(:hover, :focus-within):not([data-dismissed])")) {
    open.dataset.dismissed = "";
  }
});

for (const come of ["pointerover", "focusin"]) {
  document.addEventListener(come, (event) => {
    const explanation = event.target.closest?.(".explained")?.querySelector(".explanation");
    if (!explanation || explanation.contains(event.target)) return;
    explanation.style.translate = "";
    const over = explanation.getBoundingClientRect().right + 8 - document.documentElement.clientWidth;
    if (over > 0) explanation.style.translate = `${-over}px 0`;
  });
}

for (const left of ["pointerout", "focusout"]) {
  document.addEventListener(left, (event) => {
    const term = event.target.closest?.(".explained[data-dismissed]");
    if (term && !term.contains(event.relatedTarget)) delete term.dataset.dismissed;
  });
}
