// The dot copies: once the case's number, twice number and title, three times also the link.
const { of, pressed } = window.tielineKeys;
let dots = 0;
let soon = null;

function copy() {
  const label = document.querySelector("#case .case-label")?.textContent.trim();
  const title = document.getElementById("case-title")?.textContent.trim().replace(/\s+/g, " ");
  const link = `${location.origin}/cases/${document.getElementById("case")?.dataset.case}`;
  const text = [label, `${label} ${title}`, `${label} ${title} ${link}`][Math.min(dots, 3) - 1];
  dots = 0;
  if (!label) return;
  const say = (words) => document.querySelector("[data-live-words]")?.replaceChildren(words);
  navigator.clipboard?.writeText(text).then(() => say(`Copied: ${text}`)).catch(() => say("Could not be copied"));
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !document.getElementById("case")) return;
  if (event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select")) return;
  if (pressed(event) !== of("Copy the number; twice with its title, three times with the link", ".")) return;
  if (document.querySelector("dialog[open]")) return;
  event.preventDefault();
  dots += 1;
  clearTimeout(soon);
  soon = setTimeout(copy, 350);
});
