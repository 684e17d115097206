// Trees of a book: open branches and scroll are remembered in this tab, typing filters titles and numbers.
const tree = document.querySelector("[data-tree]");
const isBeside = tree?.classList.contains("reading-tree");
const key = `tree-${tree?.dataset.tree}${isBeside ? "-beside" : ""}`;
const remembered = () => JSON.parse(sessionStorage.getItem(key) || "{}");
const scroller = () => (isBeside ? tree : document.scrollingElement);
const field = document.querySelector("[data-tree-filter] input[type=search]");

function remember() {
  if (field?.value) return; // What a filter opened and closed is not where the reader was.
  const open = { ...remembered().open };
  for (const node of tree.querySelectorAll("details")) open[node.dataset.node] = node.open;
  sessionStorage.setItem(key, JSON.stringify({ open, top: scroller().scrollTop }));
}
function restore() {
  const { open, top } = remembered();
  for (const node of tree.querySelectorAll("details")) {
    const holdsHere = node.parentElement.querySelector("[aria-current]");
    if (!holdsHere && node.dataset.node in (open || {})) node.open = open[node.dataset.node];
  }
  if (top !== undefined && (isBeside || !location.hash)) scroller().scrollTop = top;
  const here = isBeside && tree.querySelector("[aria-current]");
  if (!here) return;
  const [inner, outer] = [here.getBoundingClientRect(), tree.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom) tree.scrollTop += inner.top - outer.top - outer.height / 3;
}
function filter(wanted) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (link) => words.every((word) => link.textContent.toLowerCase().includes(word));
  let found = 0;
  for (const item of [...tree.querySelectorAll("li")].reverse()) {
    const own = fits(item.querySelector("[data-tree-link]"));
    found += own ? 1 : 0;
    const within = Boolean(item.querySelector("li:not([hidden])"));
    item.hidden = !own && !within;
    const branch = item.querySelector(":scope > details");
    if (branch && words.length) branch.open = within;
  }
  document.querySelector("[data-tree-found]").textContent = words.length ? `${found} found` : "";
  if (!words.length) restore();
}
if (tree) {
  restore();
  addEventListener("pagehide", remember);
  field?.addEventListener("focus", remember);
  field?.addEventListener("input", () => filter(field.value));
  field?.form.addEventListener("submit", (event) => {
    event.preventDefault();
    filter(field.value);
  });
}
