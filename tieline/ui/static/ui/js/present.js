// Who else is here: the open case asks at once, the rows of the list together and at most once a second.
const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")];
const slotOf = (row) => row.querySelector("[data-row-present]");
const waiting = new Set();
let soon = null;

async function fetchRows() {
  soon = null;
  const wanted = rows().filter((row) => slotOf(row) && waiting.has(row.dataset.row));
  waiting.clear();
  if (!wanted.length || document.hidden) return;
  const asked = new URLSearchParams(wanted.map((row) => ["number", row.dataset.row]));
  const answer = await fetch(`${document.body.dataset.presence}?${asked}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const row of wanted) {
    const found = page.querySelector(`[data-present-in="${row.dataset.row}"]`);
    slotOf(row)?.replaceChildren(...(found?.childNodes ?? []));
  }
}
function later(numbers, pause) {
  for (const number of numbers) waiting.add(number);
  soon ??= setTimeout(() => fetchRows().catch(() => {}), pause);
}
const all = () => later(rows().map((row) => row.dataset.row), 100);

document.addEventListener("presence-changed", (event) => {
  const { number } = event.detail;
  const here = document.querySelector(`#case[data-case="${number}"] [data-here]`);
  if (here) window.htmx.trigger(here, "presence-news");
  if (rows().some((row) => row.dataset.row === number)) later([number], 700 + Math.random() * 600);
});
document.addEventListener("live-back", () => {
  const here = document.querySelector("#case [data-here]");
  if (here) window.htmx.trigger(here, "presence-news");
  all();
});
document.addEventListener("rows-renewed", all);
document.addEventListener("visibilitychange", () => document.hidden || all());
all();
