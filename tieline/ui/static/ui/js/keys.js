// Keys as their user has them: what the page gives an act (data-key), unless the profile says otherwise.
const kept = JSON.parse(document.body.dataset.keys || "{}");
const of = (name, usual) => kept[name] ?? ("*" in kept ? "" : usual);
const keyOf = (element) => of(element.dataset.keyName, element.dataset.key);
const written = (key) => key.replace(/^shift\+([a-z])$/, (_, letter) => `Shift+${letter.toUpperCase()}`);

// the letter meant: Caps Lock is not Shift, and on other alphabets the key's place counts
function pressed(event) {
  const isPlain = /^[!-~]$/.test(event.key);
  const key = isPlain || !/^Key[A-Z]$/.test(event.code) ? event.key : event.code.slice(3);
  if (!/^[a-z]$/i.test(key)) return key;
  return event.shiftKey ? `shift+${key.toLowerCase()}` : key.toLowerCase();
}
function announce(element) {
  const key = keyOf(element);
  if (key) element.setAttribute("aria-keyshortcuts", written(key));
  else element.removeAttribute("aria-keyshortcuts");
  const name = key ? ` (${written(key).toUpperCase()})` : "";
  if (key !== element.dataset.key) element.title = element.title.replace(/ \([^()]{1,8}\)/, name);
}
function announceAll() {
  for (const element of document.querySelectorAll("[data-key][data-key-name]")) announce(element);
}
window.tielineKeys = { of, keyOf, pressed, written };
document.addEventListener("htmx:afterSettle", announceAll);
announceAll();
