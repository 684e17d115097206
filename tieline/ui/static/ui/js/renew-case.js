// After a change of the open case everything of it but the composer is fetched again, unless a menu in it is open.
document.addEventListener("cases-changed", (event) => {
  const open = document.getElementById("case");
  const { numbers } = event.detail;
  if (!open || (numbers.length && !numbers.includes(open.dataset.case))) return;
  if (document.querySelector("#case details.menu[open], .people > .people-list")) return;
  // a lost connection is the banner's to say; the next news or the poll fetches again
  Promise.resolve(window.htmx.ajax("GET", open.dataset.changes, { target: "#case", swap: "none" })).catch(() => {});
});
