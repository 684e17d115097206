// The composer: what was sent leaves the field, what was typed meanwhile stays; a send that was stopped goes back to
// the draft with everything seen; a reply that is held counts down until it leaves.
const senders = "[data-send], [name=all_the_same], [name=anyway], [name=when], [name=done]";
// the form may have left the page by the time its answer is here
function formOf({ detail }) {
  const elt = detail.requestConfig?.elt;
  return elt?.matches("[data-write]") ? elt : null;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = formOf(event);
  if (!form) return;
  form.querySelector("textarea").dataset.sent = form.querySelector("textarea").value;
  for (const button of form.querySelectorAll(senders)) button.disabled = true;
  for (const menu of form.querySelectorAll("details.menu[open]")) menu.open = false;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = formOf(event);
  if (!form) return;
  for (const button of form.querySelectorAll(senders)) button.disabled = false;
  const field = form.querySelector("textarea");
  const sent = field.dataset.sent;
  delete field.dataset.sent;
  if (sent === undefined || !event.detail.successful) return;
  field.value = field.value.startsWith(sent) ? field.value.slice(sent.length) : field.value;
  if (!field.isConnected) return window.tielineDrafts[field.value.trim() ? "keepHere" : "forget"](field);
  field.dispatchEvent(new Event("sent", { bubbles: true }));
  field.focus();
});
document.addEventListener("click", (event) => {
  const back = event.target.closest("[data-back-to-draft]");
  if (!back) return;
  const form = back.closest("form");
  if (back.dataset.backToDraft) form.elements.seen.value = back.dataset.backToDraft;
  form.querySelector("#stale").replaceChildren();
  form.querySelector("textarea").focus();
});
// whoever is not writing has seen what the page shows; whoever is, is told before it is passed over
function look() {
  const [seen, field, shown] = [
    document.getElementById("reply-seen"),
    document.getElementById("reply-text"),
    document.querySelector("[data-timeline]"),
  ];
  if (seen && field && shown && !field.value.trim()) seen.value = shown.dataset.last;
}
function count() {
  for (const left of document.querySelectorAll("[data-leaves]")) {
    left.dataset.until ??= String(performance.now() + Number(left.dataset.leaves) * 1000);
    const seconds = Math.ceil((Number(left.dataset.until) - performance.now()) / 1000);
    left.textContent = seconds > 0 ? `in ${seconds} s` : "now";
  }
}
document.addEventListener("htmx:afterSettle", () => setTimeout(look)); // once what was sent has left the field
document.addEventListener("htmx:afterSettle", count);
setInterval(count, 500);
look();
count();
