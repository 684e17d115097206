// After a change: rows are renewed in place, none moves under the pointer; new ones wait behind a pill, and one that
// left the view is dimmed and goes when neither the pointer nor the focus is on it.
const list = document.querySelector("[data-list][data-source]");
const pill = document.querySelector("[data-new]");
const [PAGE, GOES_AFTER] = [50, 5_000];
let soon = null;

async function fetchFresh() {
  const answer = await fetch(list.dataset.source, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[data-fresh]");
}
function goes(row) {
  if (!row.isConnected || !row.classList.contains("gone")) return;
  const isHeld = row.matches(":hover, :focus-within") || row.querySelector("[aria-current]");
  if (isHeld) setTimeout(goes, GOES_AFTER, row);
  else row.remove();
}
function renew(fresh) {
  const rows = document.getElementById("rows");
  const news = new Map([...fresh.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));
  const isWhole = news.size < PAGE; // else what is missing may stand on a later page
  for (const row of rows.querySelectorAll("[data-row]")) {
    const renewed = news.get(row.dataset.row);
    news.delete(row.dataset.row);
    if (!renewed && isWhole && !row.classList.contains("gone")) setTimeout(goes, GOES_AFTER, row);
    row.classList.toggle("gone", !renewed && isWhole);
    if (!renewed || renewed.innerHTML === row.innerHTML) continue;
    const hadFocus = row.contains(document.activeElement);
    row.replaceChildren(...renewed.childNodes);
    row.className = renewed.className;
    window.htmx.process(row);
    if (hadFocus) row.firstElementChild.focus({ preventScroll: true });
  }
  return news.size;
}
function show(fresh, count) {
  document.getElementById("views").replaceChildren(...fresh.querySelector("[data-fresh-views]").childNodes);
  const many = fresh.querySelector("[data-fresh-count]").textContent.trim();
  if (many !== "…") document.getElementById("list-count").textContent = many; // else it is counted by itself
  pill.hidden = !count;
  pill.textContent = `${count} new`;
  document.dispatchEvent(new Event("rows-renewed"));
}
async function refresh() {
  soon = null;
  const fresh = await fetchFresh().catch(() => null);
  if (fresh) show(fresh, renew(fresh));
}
const later = () => (soon ??= list && setTimeout(refresh, 150));
pill?.addEventListener("click", async () => {
  const fresh = await fetchFresh().catch(() => null);
  if (!fresh) return;
  document.getElementById("rows").replaceChildren(...fresh.querySelector("[data-fresh-rows]").childNodes);
  window.htmx.process(document.getElementById("rows"));
  show(fresh, 0);
});
document.addEventListener("rows-changed", later);
document.addEventListener("cases-changed", later);
