// Drafts: what is typed is kept in this browser for its case until it was sent.
const keyOf = (field) => `draft:${field.closest("[data-composer]").dataset.composer}:${field.dataset.draft}`;
let waiting;

function restore() {
  for (const field of document.querySelectorAll("[data-draft]")) {
    if (!field.value) field.value = localStorage.getItem(keyOf(field)) || "";
  }
}
function keep(field) {
  if (field.value) localStorage.setItem(keyOf(field), field.value);
  else localStorage.removeItem(keyOf(field));
  const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const words = field.closest("[data-composer]").querySelector("[data-saved]");
  words.textContent = field.value ? `Draft kept in this browser ${time}` : "";
}
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-draft]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(keep, 400, event.target);
});
document.addEventListener("sent", (event) => {
  clearTimeout(waiting);
  keep(event.target);
});
document.addEventListener("submit", (event) => {
  // without htmx the page goes away; the draft stays until the server has taken the words
  const field = event.target.querySelector("[data-draft]");
  if (field) keep(field);
});
window.addEventListener("pagehide", () => document.querySelectorAll("[data-draft]").forEach((field) => field.value && keep(field)));
document.addEventListener("htmx:afterSettle", restore);
restore();
