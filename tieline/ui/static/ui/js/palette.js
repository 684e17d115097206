// The palette: arrows choose, Enter goes; the words typed are asked of the server, and acts of the page itself.
const palette = document.querySelector("[data-palette]");
const input = palette?.querySelector("input");
const results = document.getElementById("palette-results");
const choices = () => [...palette.querySelectorAll("[data-choice]")];
const RECENT = "palette-recent";
const recent = () => JSON.parse(sessionStorage.getItem(RECENT) || "[]");

function choose(index) {
  const all = choices();
  const wanted = all[(index + all.length) % all.length];
  for (const one of all) {
    one.classList.toggle("chosen", one === wanted);
    one.id = one === wanted ? "palette-chosen" : "";
  }
  input.setAttribute("aria-activedescendant", wanted ? "palette-chosen" : "");
  wanted?.scrollIntoView({ block: "nearest" });
  return wanted?.textContent;
}
let kept = ""; // what was gone to by arrows stays chosen when a later answer still has it
const chosen = () => choices().findIndex((one) => one.classList.contains("chosen"));

function remember(choice) {
  const one = { address: choice.getAttribute("href"), name: choice.querySelector(".choice-name").textContent };
  if (!one.address) return;
  const others = recent().filter((old) => old.address !== one.address);
  sessionStorage.setItem(RECENT, JSON.stringify([one, ...others].slice(0, 5)));
}
palette?.addEventListener("opened", (event) => {
  if (event.target !== palette) return;
  input.select();
  window.htmx?.trigger(input, "opened");
});
palette?.addEventListener("htmx:beforeRequest", (event) => {
  // acts are the page's own; nothing is asked of the server
  if (!input.value.startsWith(">")) return;
  event.preventDefault();
  results.replaceChildren(window.tielinePalette.acts(input.value.slice(1)));
  choose(0);
});
palette?.addEventListener("htmx:afterSwap", () => {
  const { acts, past } = window.tielinePalette;
  if (!input.value) results.prepend(past(recent()));
  else if (!/^([#@]|client:|rule:)/i.test(input.value)) results.append(acts(input.value, 5));
  if (choices().length) results.querySelector(".empty")?.remove();
  choose(Math.max(choices().findIndex((one) => one.textContent === kept), 0));
});
palette?.addEventListener("input", () => (kept = ""));
palette?.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-choice]");
  if (choice) remember(choice);
});
palette?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) kept = choose(chosen() + step);
  else if (event.key === "Escape") palette.close(); // a search field would only be emptied
  else if (event.key === "Enter" && choices()[chosen()]) choices()[chosen()].click();
  else return;
  event.preventDefault();
});
