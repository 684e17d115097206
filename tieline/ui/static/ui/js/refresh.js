// After a change: rows are renewed in place, none moves under the pointer; new ones wait behind a pill.
const list = document.querySelector("[data-list]");
const pill = document.querySelector("[data-new]");
let soon = null;

async function fetchFresh() {
  const answer = await fetch(list.dataset.source, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[data-fresh]");
}
function renew(fresh) {
  const rows = document.getElementById("rows");
  const news = new Map([...fresh.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));
  for (const row of rows.querySelectorAll("[data-row]")) {
    const renewed = news.get(row.dataset.row);
    news.delete(row.dataset.row);
    row.classList.toggle("gone", !renewed && rows.children.length < 50);
    if (!renewed || renewed.innerHTML === row.innerHTML) continue;
    const hadFocus = row.contains(document.activeElement);
    row.replaceChildren(...renewed.childNodes);
    row.className = renewed.className;
    window.htmx.process(row);
    if (hadFocus) row.firstElementChild.focus({ preventScroll: true });
  }
  return news.size;
}
async function refresh() {
  soon = null;
  const fresh = await fetchFresh().catch(() => null);
  if (!fresh) return;
  document.getElementById("views").replaceChildren(...fresh.querySelector("[data-fresh-views]").childNodes);
  document.getElementById("list-count").textContent = fresh.querySelector("[data-fresh-count]").textContent;
  const count = renew(fresh);
  pill.hidden = !count;
  pill.textContent = `${count} new`;
  document.dispatchEvent(new Event("rows-renewed"));
}
async function showAll() {
  const fresh = await fetchFresh();
  const rows = document.getElementById("rows");
  rows.replaceChildren(...fresh.querySelector("[data-fresh-rows]").childNodes);
  window.htmx.process(rows);
  pill.hidden = true;
  document.dispatchEvent(new Event("rows-renewed"));
}
const later = () => (soon ??= list && setTimeout(refresh, 150));
pill?.addEventListener("click", showAll);
document.addEventListener("rows-changed", later);
document.addEventListener("cases-changed", later);
document.addEventListener("cases-changed", (event) => {
  const open = document.getElementById("case");
  const concerned = !event.detail.numbers.length || event.detail.numbers.includes(open?.dataset.case);
  if (open && concerned && !document.querySelector("details.menu[open]")) {
    window.htmx.ajax("GET", open.dataset.changes, { target: "#case", swap: "none" });
  }
});
