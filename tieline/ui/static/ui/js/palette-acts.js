// What the palette knows by itself: the acts of this screen, which are those that have a key, and where one has been.
const { keyOf, written } = window.tielineKeys;
const isThere = (element) => element.checkVisibility({ visibilityProperty: true }) || element.matches("[type=radio]");

function group(name, lines) {
  const section = document.createElement("section");
  const [title, list] = [document.createElement("h3"), document.createElement("ul")];
  title.textContent = name;
  for (const line of lines) {
    const entry = document.createElement("li");
    entry.append(line);
    list.append(entry);
  }
  if (lines.length) section.append(title, list);
  return section;
}
function lineOf(tag, name, key) {
  const line = document.createElement(tag);
  line.dataset.choice = "";
  const words = document.createElement("span");
  [words.className, words.textContent] = ["choice-name", name];
  line.append(words);
  if (key) {
    const shown = document.createElement("kbd");
    shown.textContent = written(key).toUpperCase();
    line.append(shown);
  }
  return line;
}
function act(element) {
  const line = lineOf("button", element.dataset.keyName, keyOf(element));
  line.type = "button";
  line.addEventListener("click", () => {
    document.getElementById("palette").close();
    document.dispatchEvent(new CustomEvent("act-wanted", { detail: { element } }));
  });
  return line;
}
function acts(text, most = 40) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Map();
  for (const element of document.querySelectorAll("[data-key][data-key-name]")) {
    const name = element.dataset.keyName.toLowerCase();
    if (!found.has(name) && isThere(element) && words.every((word) => name.includes(word))) found.set(name, element);
  }
  return group("Do", [...found.values()].slice(0, most).map(act));
}
function past(recent) {
  const lines = recent.map(({ address, name }) => {
    const line = lineOf("a", name, "");
    line.href = address;
    return line;
  });
  return group("Recently", lines);
}
window.tielinePalette = { acts, past };
