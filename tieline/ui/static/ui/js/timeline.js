// The stream opens at its newest message, and stays where the reader is when it is renewed.
let place = null;

function toNewest() {
  const stream = document.querySelector("[data-timeline]");
  if (!stream || location.hash.startsWith("#message-")) return;
  const messages = stream.querySelectorAll(".message");
  messages[messages.length - 1]?.scrollIntoView({ block: "nearest" });
  stream.scrollTop = stream.scrollHeight;
}
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.target.id !== "timeline") return;
  const stream = event.target;
  const atEnd = stream.scrollHeight - stream.scrollTop - stream.clientHeight < 40;
  const filter = stream.querySelector("[name=stream]:checked")?.value;
  place = { top: atEnd ? Number.MAX_SAFE_INTEGER : stream.scrollTop, filter };
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  const stream = document.getElementById("timeline");
  if (!place || !stream || event.target.id !== "timeline") return;
  const radio = stream.querySelector(`[name=stream][value="${place.filter}"]`);
  if (radio) radio.checked = true;
  stream.scrollTop = place.top;
  place = null;
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (["third", "case"].includes(event.target.id)) toNewest();
});
toNewest();
