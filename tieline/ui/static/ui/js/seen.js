// What is on the screen has been seen: the page says so, once for each newest message, while somebody looks.
let told = "";

function tell() {
  const open = document.getElementById("case");
  const last = document.getElementById("timeline")?.dataset.last;
  if (!open || !Number(last) || document.hidden || told === `${open.dataset.case} ${last}`) return;
  const token = open.querySelector("[name=csrfmiddlewaretoken]");
  if (!token) return;
  told = `${open.dataset.case} ${last}`;
  const body = new URLSearchParams({ upto: last, csrfmiddlewaretoken: token.value });
  fetch(`/cases/${open.dataset.case}/seen`, { method: "POST", body, keepalive: true }).catch(() => (told = ""));
}
document.addEventListener("htmx:afterSettle", tell);
document.addEventListener("visibilitychange", tell);
tell();

// A link to a folded event opens the fold; a link to the first unread message goes there.
function unfold() {
  const meant = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const fold = meant && meant.closest("details.events");
  if (!fold) return;
  fold.open = true;
  meant.scrollIntoView({ block: "center" });
}
addEventListener("hashchange", unfold);
unfold();
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-jump]")) return;
  event.preventDefault();
  const mark = document.getElementById("first-unread");
  mark.scrollIntoView({ block: "start" });
  mark.focus({ preventScroll: true });
});
