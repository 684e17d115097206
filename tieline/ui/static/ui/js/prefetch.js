// The next case is there before it is asked for: a row that has the focus, or follows the open case, is fetched ahead.
// What was fetched is shown once and is thrown away as soon as anything changes.
const FRESH = 20_000;
const fetched = new Map();
let soon = null;

async function ahead(link) {
  const address = link?.getAttribute("hx-get");
  if (!address || fetched.has(address) || document.hidden || navigator.connection?.saveData) return;
  if (link.hasAttribute("aria-current")) return;
  const request = fetch(address, { headers: { "HX-Request": "true" } });
  const words = request.then((answer) => (answer.ok ? answer.text() : null)).catch(() => null);
  fetched.set(address, { words, ready: null, at: performance.now() });
  const found = await words;
  if (fetched.has(address)) fetched.get(address).ready = found;
}
const later = (link) => {
  clearTimeout(soon);
  soon = setTimeout(ahead, 120, link);
};
function next() {
  const row = document.querySelector("[data-rows] [data-row]:has([aria-current])")?.nextElementSibling;
  if (row?.matches("[data-row]")) later(row.querySelector("a"));
}
document.addEventListener("focusin", (event) => {
  const link = event.target.closest("[data-rows] [data-row] > a");
  if (link) later(link);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const link = event.target.closest?.("[data-rows] [data-row] > a");
  const address = link?.getAttribute("hx-get");
  const kept = fetched.get(address);
  fetched.delete(address);
  if (!kept?.ready || performance.now() - kept.at > FRESH) return;
  event.preventDefault();
  // going back asks the server for the list again, as after any other step
  history.replaceState({ htmx: true }, "", location.href);
  history.pushState({ htmx: true }, "", link.href);
  window.htmx.swap("#third", kept.ready, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
});
document.addEventListener("htmx:afterSettle", (event) => event.target.id === "third" && next());
document.addEventListener("cases-changed", ({ detail: { numbers } }) => {
  for (const address of fetched.keys()) {
    if (!numbers.length || numbers.includes(address.match(/\/cases\/(\d+)/)?.[1])) fetched.delete(address);
  }
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.requestConfig?.verb !== "get") fetched.clear();
});
