// The help layer lists the keys that work on this screen, read from the screen itself, as their user has them.
const { of, keyOf, written } = window.tielineKeys;
const IN_LISTS = [
  ["j", "Next in the list"],
  ["k", "Previous in the list"],
  ["x", "Choose the row (with Shift: up to this one)"],
];
const IN_CASES = [
  [">", "Next case from inside a case"],
  ["<", "Previous case from inside a case"],
  [".", "Copy the number; twice with its title, three times with the link"],
];
const FIXED = [
  ["Enter", "Open"],
  ["Ctrl A", "Choose all that match"],
  ["Ctrl K", "Search, jump or do"],
  ["Ctrl Enter", "Send or keep what is written"],
  ["Ctrl Shift Enter", "Send and be done"],
  ["Esc", "Close the top layer"],
];
function lineOf([keys, name]) {
  const line = document.createElement("div");
  const [term, meaning] = [document.createElement("dt"), document.createElement("dd")];
  const key = document.createElement("kbd");
  key.textContent = keys.replace(/\b[a-z]\b/g, (letter) => letter.toUpperCase());
  term.textContent = name;
  meaning.append(key);
  line.append(term, meaning);
  return line;
}
document.querySelector("[data-help]")?.addEventListener("opened", (event) => {
  const own = [
    ...(document.querySelector("[data-rows]") ? IN_LISTS : []),
    ...(document.getElementById("case") ? IN_CASES : []),
  ].map(([usual, name]) => [of(name, usual), name]);
  const found = [...document.querySelectorAll("[data-key][data-key-name]")].map((element) => [
    written(keyOf(element)),
    element.dataset.keyName,
  ]);
  const lines = new Map([...FIXED, ...own, ...found].filter(([keys]) => keys).map((line) => [line[1], line]));
  event.target.querySelector("[data-help-list]").replaceChildren(...[...lines.values()].map(lineOf));
});
