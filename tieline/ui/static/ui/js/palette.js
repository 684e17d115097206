// The palette: arrows choose, Enter goes; the words typed are asked of the server.
const palette = document.querySelector("[data-palette]");
const input = palette?.querySelector("input");
const choices = () => [...palette.querySelectorAll("[data-choice]")];

function choose(index) {
  const all = choices();
  const wanted = all[(index + all.length) % all.length];
  for (const one of all) one.classList.toggle("chosen", one === wanted);
  wanted?.scrollIntoView({ block: "nearest" });
}
const chosen = () => choices().findIndex((one) => one.classList.contains("chosen"));

palette?.addEventListener("opened", (event) => {
  if (event.target !== palette) return;
  input.select();
  window.htmx?.trigger(input, "opened");
});
palette?.addEventListener("htmx:afterSwap", () => choose(0));
palette?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    choose(chosen() + step);
  }
  if (event.key === "Escape") {
    // a search field would only be emptied
    event.preventDefault();
    palette.close();
  }
  if (event.key === "Enter" && choices()[chosen()]) {
    event.preventDefault();
    choices()[chosen()].click();
  }
});
