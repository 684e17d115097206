// Saving a draft on the server; what could not go there stays in this browser and is tried again.
const { composerOf, forget, formOf, offerDiscard, say, unsent } = window.tielineDrafts;

const PAUSE = 700;
const AGAIN = 10_000;
const waiting = new WeakMap();
const busy = new WeakSet();
const now = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function halt(field) {
  clearTimeout(waiting.get(field));
}
function soon(field, pause = PAUSE) {
  halt(field);
  waiting.set(field, setTimeout(save, pause, field));
}
async function save(field, keepalive = false) {
  halt(field);
  if (busy.has(field)) return soon(field);
  const text = field.value;
  const body = new FormData(formOf(field));
  body.set("kind", field.dataset.draft);
  const request = { method: "POST", body, keepalive, headers: { "HX-Request": "true" } };
  busy.add(field);
  try {
    const answer = await fetch(composerOf(field).dataset.drafts, request);
    if (answer.status === 409) return differ(field, await answer.text());
    if (!answer.ok) throw new Error(String(answer.status));
    saved(field, text, body.get("key"), (await answer.json()).version);
  } catch {
    say(field, `Kept in this browser ${now()}; the server cannot be reached`);
    soon(field, AGAIN);
  } finally {
    busy.delete(field);
    offerDiscard(field);
  }
}
function saved(field, text, key, version) {
  // once a reply has left, the form has another key, and a late answer says nothing about the next words
  if (formOf(field).elements.key.value === key) formOf(field).elements.draft.value = version;
  if (field.value === text) forget(field);
  say(field, text.trim() ? `Saved ${now()}` : "");
}
function differ(field, fragment) {
  say(field, "Not saved: changed on another page");
  field.dispatchEvent(new CustomEvent("draft-differs", { bubbles: true, detail: fragment }));
}
const unsaved = () => [...document.querySelectorAll("[data-draft]")].filter((field) => unsent(field) !== null);
const fits = (field) => field.value.length < 15_000;
window.addEventListener("pagehide", () => unsaved().filter(fits).forEach((field) => save(field, true)));
window.addEventListener("online", () => unsaved().forEach((field) => save(field)));

Object.assign(window.tielineDrafts, { halt, soon, save });
