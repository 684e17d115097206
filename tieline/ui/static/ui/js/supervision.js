// The live board is renewed after changes, at most every two seconds, and every minute for what time alone changes.
const board = document.querySelector("[data-supervision]");
const PAUSE = 2_000;
let soon = null;

async function renew() {
  const open = [...board.querySelectorAll("details")].map((one) => one.open);
  const scrolled = [...board.querySelectorAll(".supervision-scroll")].map((one) => one.scrollLeft);
  const focused = [...board.querySelectorAll("a, summary, [tabindex]")].indexOf(document.activeElement);
  await window.htmx.ajax("GET", board.dataset.supervision, { target: board, swap: "innerHTML" });
  board.querySelectorAll("details").forEach((one, place) => (one.open = Boolean(open[place])));
  board.querySelectorAll(".supervision-scroll").forEach((one, place) => (one.scrollLeft = scrolled[place] ?? 0));
  if (focused >= 0) board.querySelectorAll("a, summary, [tabindex]")[focused]?.focus({ preventScroll: true });
  soon = null;
}
if (board) {
  const later = () => (soon ??= setTimeout(() => renew().catch(() => (soon = null)), PAUSE));
  document.addEventListener("cases-changed", later);
  setInterval(later, 60_000);
}
