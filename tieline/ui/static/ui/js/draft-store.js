// Where a draft is: which form and composer a field belongs to, and the words this browser keeps for it.
const formOf = (field) => field.closest("form");
const composerOf = (field) => field.closest("[data-composer]");
const newsOf = (field) => formOf(field).querySelector("[data-draft-news]");

function keyOf(field) {
  const { author, composer } = composerOf(field).dataset;
  return `draft:${author}:${composer}:${field.dataset.draft}`;
}
function unsent(field) {
  const kept = localStorage.getItem(keyOf(field));
  if (!kept) return null;
  try {
    const { text } = JSON.parse(kept);
    return typeof text === "string" ? text : null;
  } catch {
    return kept;
  }
}
function keepHere(field) {
  localStorage.setItem(keyOf(field), JSON.stringify({ text: field.value, at: Date.now() }));
}
function forget(field) {
  localStorage.removeItem(keyOf(field));
}
function say(field, words) {
  const place = composerOf(field)?.querySelector("[data-saved]");
  if (place) place.textContent = words;
}
function offerDiscard(field) {
  const button = composerOf(field)?.querySelector(`[data-discard=${field.dataset.draft}]`);
  if (button) button.hidden = !field.value.trim();
}

window.tielineDrafts = { formOf, composerOf, newsOf, unsent, keepHere, forget, say, offerDiscard };
