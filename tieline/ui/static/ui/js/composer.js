// The composer: after something was sent or kept, its field is empty again; before, it is never touched.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("[data-write]");
  if (!form || !event.detail.successful) return;
  const field = form.querySelector("textarea");
  field.value = "";
  field.dispatchEvent(new Event("sent", { bubbles: true }));
  field.focus();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const button = event.target.closest?.("[data-write]")?.querySelector("[data-send]");
  if (button) button.disabled = true;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const button = event.target.closest?.("[data-write]")?.querySelector("[data-send]");
  if (button) button.disabled = false;
});
