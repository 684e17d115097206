// Copying a citation: its words and its lasting address go to the clipboard, and the page says so.
const said = document.querySelector("[data-copied]");
for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const wording = document.getElementById(button.dataset.copy);
  const words = wording.querySelector("[data-citation]").textContent.trim().replace(/\s+/g, " ");
  const text = `${words}\n${wording.querySelector("[data-permalink]").href}`;
  try {
    await navigator.clipboard.writeText(text);
    tell(button, "Copied", `Copied: ${words}`);
  } catch {
    wording.classList.add("show-citation");
    getSelection().selectAllChildren(wording.querySelector("[data-citation]"));
    tell(button, "Press Ctrl C", "The browser keeps the clipboard closed; the citation is selected, press Ctrl C.");
  }
});
function tell(button, short, long) {
  const words = button.lastChild;
  if (!button.dataset.words) button.dataset.words = words.textContent;
  words.textContent = short;
  said.textContent = "";
  setTimeout(() => (said.textContent = long), 50);
  setTimeout(() => (words.textContent = button.dataset.words), 2400);
}
