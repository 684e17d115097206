// After a change of the open case everything of it but the composer is fetched again, unless a menu in it is open. While
// one of its forms waits for an answer that comes afterwards: what was asked for stays in sight, and a refusal of a form
// that was replaced meanwhile would be heard by nobody.
const isAsking = () => document.querySelector('#case form[method="post"].htmx-request') !== null;
let owed = false;

document.addEventListener("cases-changed", (event) => {
  const open = document.getElementById("case");
  const { numbers } = event.detail;
  if (!open || (numbers.length && !numbers.includes(open.dataset.case))) return;
  if (document.querySelector("#case details.menu[open], .people > .people-list")) return;
  owed = isAsking();
  if (owed) return;
  // a lost connection is the banner's to say; the next news or the poll fetches again
  Promise.resolve(window.htmx.ajax("GET", open.dataset.changes, { target: "#case", swap: "none" })).catch(() => {});
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "case" || event.detail.requestConfig.verb !== "get" || !isAsking()) return;
  event.detail.shouldSwap = false;
  owed = true;
});
document.addEventListener("htmx:afterRequest", () => {
  if (!owed || isAsking()) return;
  owed = false;
  document.dispatchEvent(new CustomEvent("cases-changed", { detail: { numbers: [] } }));
});
