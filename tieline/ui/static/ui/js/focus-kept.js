// Who works by keys keeps a place: when the part of the page that had the focus is replaced or closed, what took its
// place has it (same id, same key, or the menu it stood in), else the title of what is open.
let had = null;
document.addEventListener("focusin", (event) => (had = event.target));
document.addEventListener("pointerdown", () => (had = null));

const byKey = (element) => element?.dataset.keyName && document.querySelector(`[data-key-name="${element.dataset.keyName}"]`);
function successor(element) {
  const menu = element.closest("details.menu")?.querySelector("summary");
  const found = [element.id && document.getElementById(element.id), byKey(element), menu?.isConnected ? menu : byKey(menu)];
  return found.find((one) => one?.checkVisibility?.()) ?? document.querySelector("#case-title, #bulk-title");
}
function keep() {
  if (!had || document.activeElement !== document.body) return;
  if (had.isConnected && had.checkVisibility()) return;
  successor(had)?.focus({ preventScroll: true });
}
document.addEventListener("htmx:afterSettle", keep);
document.addEventListener("htmx:afterRequest", keep);
