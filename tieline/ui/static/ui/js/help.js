// The help layer lists the keys that work on this screen, read from the screen itself.
const FIXED = [
  ["J / K", "Next or previous in the list"],
  ["Enter", "Open"],
  ["Ctrl K", "Search or jump"],
  ["Ctrl Enter", "Send or keep what is written"],
  ["Esc", "Close the top layer"],
];
document.querySelector("[data-help]")?.addEventListener("opened", (event) => {
  const found = [...document.querySelectorAll("[data-key]")].map((element) => [
    element.dataset.key.replace(/\b[a-z]\b/g, (letter) => letter.toUpperCase()),
    element.dataset.keyName,
  ]);
  const lines = [...FIXED, ...found].map(([keys, name]) => {
    const line = document.createElement("div");
    const [term, meaning] = [document.createElement("dt"), document.createElement("dd")];
    const key = document.createElement("kbd");
    key.textContent = keys;
    term.textContent = name;
    meaning.append(key);
    line.append(term, meaning);
    return line;
  });
  event.target.querySelector("[data-help-list]").replaceChildren(...lines);
});
