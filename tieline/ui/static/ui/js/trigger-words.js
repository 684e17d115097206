// What calls for suggestions: the signs, and putting a suggestion where the sign and the words after it stood.
const TRIGGERS = [
  ["actions", /(?:^|\n)(\/([\w ]{0,30}))$/],
  ["texts", /(?:^|\s)(::([^\n:]{0,40}))$/],
  ["knowledge", /(?:^|\s)(\?\?([^\n?]{0,60}))$/],
  ["people", /(?:^|\s)(@@([\w.' -]{0,30}))$/],
  ["rules", /(?:^|[\s(])(§([^\n§,;!?]{0,60}))$/],
  ["cases", /(?:^|[\s(])(#([^\s#][^\n#,;!?]{0,40}))$/],
];

function called(field) {
  const end = field.selectionStart;
  if (end !== field.selectionEnd) return null;
  const before = field.value.slice(Math.max(0, end - 120), end);
  for (const [kind, pattern] of TRIGGERS) {
    const found = before.match(pattern);
    if (found && !/ {2}$/.test(found[2])) return { kind, words: found[2].trim(), start: end - found[1].length, end };
  }
  return null;
}
function put(field, call, text) {
  field.setRangeText(text, call.start, field.selectionStart, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
function cite(field, option) {
  const values = {
    version_id: option.dataset.version,
    quote: option.dataset.quote,
    csrfmiddlewaretoken: field.form.elements.csrfmiddlewaretoken.value,
  };
  window.htmx.ajax("POST", option.dataset.cites, { values, target: "#case", swap: "none" });
}
function take(field, call, option) {
  const { inserts, presses, opensText, version } = option.dataset;
  put(field, call, inserts || "");
  if (version) cite(field, option);
  if (opensText) window.htmx.ajax("GET", opensText, { target: "#templates", swap: "innerHTML" });
  if (!presses) return;
  const control = document.getElementById(presses);
  if (control?.matches("input[type=search]")) control.focus();
  else control?.click();
  if (presses === "note-mode") document.getElementById("note-text").focus();
  if (presses === "later-open") control.closest("details").querySelector("button")?.focus();
}

window.tielineTriggers = { called, take };
