// Answers may come out of turn: what an earlier act can be undone by does not displace the word of a later one.
const turns = new WeakMap();
let turn = 0;
let answering = 0;
let said = 0;
document.addEventListener("htmx:beforeRequest", (event) => turns.set(event.detail.xhr, (turn += 1)));
document.addEventListener("htmx:beforeSwap", (event) => (answering = turns.get(event.detail.xhr) ?? turn));
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.id !== "undo") return;
  if (answering < said) event.detail.shouldSwap = false;
  else said = answering;
});
