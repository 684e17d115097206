// Drafts: what is typed is kept in this browser at once and on the server after a pause; a page takes it up again.
const { halt, save, soon, forget, keepHere, offerDiscard, say, unsent } = window.tielineDrafts;

function restore() {
  for (const field of document.querySelectorAll("[data-draft]:not([data-restored])")) {
    field.dataset.restored = "";
    const text = unsent(field);
    if (field.dataset.savedAt) say(field, "Draft taken up again");
    if (text === null || text === field.value) forget(field);
    else if (field.value) field.dispatchEvent(new CustomEvent("draft-kept-here", { bubbles: true, detail: text }));
    else {
      field.value = text;
      soon(field);
      say(field, "Taken from this browser");
    }
    offerDiscard(field);
  }
}
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-draft]")) return;
  keepHere(event.target);
  offerDiscard(event.target);
  soon(event.target);
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-write] select, [data-write] [data-head]")) return;
  const field = event.target.form.querySelector("[data-draft]");
  if (field.value.trim()) soon(field);
});
document.addEventListener("sent", (event) => {
  halt(event.target);
  say(event.target, "");
  if (event.target.value) {
    keepHere(event.target);
    save(event.target);
  } else forget(event.target);
  offerDiscard(event.target);
});
const thrown = (form) => form.id?.match?.(/^discard-(\w+)$/)?.[1];
const fieldOf = (kind) => kind && document.querySelector(`[data-draft=${kind}]`);
document.addEventListener("submit", ({ target: form }) => {
  // the words are on their way already: what is still waiting would only come late; a plain form leaves this page
  const field = form.querySelector?.("[data-draft]") || fieldOf(thrown(form));
  if (field) halt(field);
  if (field && !form.hasAttribute("hx-post")) forget(field);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  // taking a reply back and discarding bring a new composer, with all the server was given; nothing is left to keep
  const field = fieldOf(thrown(event.target) || (event.target.closest?.("[data-held]") && "reply"));
  if (!field) return;
  halt(field);
  forget(field);
});
document.addEventListener("htmx:afterSettle", () => setTimeout(restore)); // once the act that brought it is done
// the other scripts listen once the page is read
document.addEventListener("DOMContentLoaded", restore);
