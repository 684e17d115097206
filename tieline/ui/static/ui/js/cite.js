// Citing: words selected in a found rule become the quote; the citation is put into the reply at the cursor, as is the
// draft of an answer.
let quoted = null;

document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  const text = selection.anchorNode?.parentElement?.closest("[data-hit-text]");
  const words = selection.toString().trim();
  if (text && words && text.contains(selection.focusNode)) quoted = { text, words };
});
document.addEventListener("htmx:configRequest", (event) => {
  const form = event.target.closest?.("[data-cite]");
  if (!form) return;
  const whole = form.closest("[data-hit]").querySelector("[data-hit-text]");
  const quote = quoted?.text === whole ? quoted.words : firstSentence(whole.textContent);
  event.detail.parameters.set("quote", quote);
  form.dataset.quote = quote;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("[data-cite]");
  if (!form || !event.detail.successful) return;
  insert(`“${form.dataset.quote}” (${form.dataset.label})`);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("[data-answer]");
  if (!form || !event.detail.successful) return;
  document.querySelector("[data-composer] [name=mode][value=reply]")?.click();
  insert(form.querySelector("[data-answer-draft]").value);
});

function firstSentence(text) {
  const words = text.replace(/\s+/g, " ").trim();
  const end = words.search(/[.;:] (?=[A-Z(])/);
  return end > 30 ? words.slice(0, end + 1) : words;
}
function insert(words) {
  const mode = document.querySelector("[data-composer] [name=mode]:checked")?.value;
  const field = document.querySelector(`[data-draft=${mode}]`);
  if (!field) return;
  const [start, end] = [field.selectionStart, field.selectionEnd];
  const gap = start && !/\s$/.test(field.value.slice(0, start)) ? " " : "";
  field.setRangeText(gap + words, start, end, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
